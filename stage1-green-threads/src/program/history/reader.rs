//! Reads events in order, and keeps what each task, each worker and each OS thread is doing.

use std::collections::{HashMap, HashSet};

use super::super::happening::{Happening, Place, Word};
use super::super::recorder::Record;
use super::numbers::Numbers;
use super::thread::Thread;
use super::{Cause, History, On, Series, Span, State, Task, Timer, Wake};

/// Reads all `records`, which are in the order of time.
pub(super) fn read(records: &[Record]) -> History {
    let mut reader = Reader::default();
    for record in records {
        reader.read(record);
    }
    let end = reader.history.end;
    for worker in Vec::from_iter(reader.asleep.keys().copied()) {
        reader.unpark(end, worker);
    }
    for task in &mut reader.history.tasks {
        if task.ended.is_none() {
            task.close(end);
        }
    }
    reader.history
}

#[derive(Default)]
struct Reader {
    history: History,
    /// Where a task is in `history.tasks`.
    index: HashMap<u64, usize>,
    /// The wake that a task which is to run owes its turn to, in `history.wakes`.
    woken_by: HashMap<u64, usize>,
    /// Tasks that were queued again while they ran.
    queued: HashSet<u64>,
    threads: HashMap<u32, Thread>,
    /// Workers that are asleep, since when.
    asleep: HashMap<u32, u64>,
    /// Timers that may fire, in `history.timers`.
    set: HashMap<u64, usize>,
    numbers: Numbers,
    /// The polls in vain that each task has just had.
    in_vain: HashMap<u64, Series>,
}

impl Reader {
    fn read(&mut self, record: &Record) {
        let Record { at, thread, what } = *record;
        let what = self.numbers.renumber(what);
        self.history.end = self.history.end.max(at);
        let mut here = self.threads.get(&thread).copied().unwrap_or_default();
        here.has_done |= here
            .running
            .is_some_and(|running| what.is_more_than_a_poll_of(running));
        match what {
            Happening::Spawn { task, name, place } => {
                self.spawn(at, Task::new(at, task, name, place, here.running), here);
            }
            Happening::Resume { task, worker } => {
                here = Thread {
                    worker: Some(worker),
                    running: Some(task),
                    has_done: self.was_asked_to_run(task),
                    ..Thread::default()
                };
                self.resume(at, task, worker);
            }
            Happening::Suspend { task } => {
                here.running = None;
                let waits_for = here.waits_for.take().unwrap_or(On::Unknown);
                self.count_polls(at, task, if here.has_done { 0 } else { 1 });
                self.suspend(at, task, waits_for);
            }
            Happening::Complete { task, outcome } => {
                here.running = here.running.filter(|running| *running != task);
                here.reported = Some((at, Cause::End(task)));
                self.complete(at, task, outcome);
            }
            Happening::Wake { task } => self.wake(at, task, here.cause(at), here.worker),
            Happening::Enqueue { task, .. } => self.make_runnable(at, task),
            Happening::Wait { source, direction } => {
                here.waits_for = Some(On::Source(source, direction));
            }
            Happening::TimerSet { timer, .. } => {
                self.set_timer(at, timer, here.running);
                // With both, the timer limits how long the task waits for the other.
                here.waits_for = here.waits_for.or(Some(On::Timer(timer)));
            }
            Happening::Ready { source, direction } => {
                here.reported = Some((at, Cause::Source(source, direction)));
                self.moment(at, what, here);
            }
            Happening::TimerFired { timer } => {
                here.reported = Some((at, Cause::Timer(timer)));
                if let Some(index) = self.set.remove(&timer) {
                    self.history.timers[index].fired = Some(at);
                }
                self.moment(at, what, here);
            }
            Happening::Park { worker } => {
                here.worker = Some(worker);
                here.reported = None;
                self.asleep.insert(worker, at);
            }
            Happening::Unpark { worker } => self.unpark(at, worker),
            Happening::Steal { .. } => self.moment(at, what, here),
            Happening::Register { .. } | Happening::Deregister { .. } => {}
            Happening::Spin {
                task,
                worker,
                polls,
                span,
                busy,
            } => {
                self.spin(at, task, span, (worker, polls, busy));
            }
        }
        self.threads.insert(thread, here);
    }

    fn moment(&mut self, at: u64, what: Happening, here: Thread) {
        let worker = here.worker.unwrap_or(0);
        self.history.moments.push((at, worker, what));
    }

    fn spawn(&mut self, at: u64, task: Task, here: Thread) {
        let id = task.id;
        self.index.insert(id, self.history.tasks.len());
        self.history.tasks.push(task);
        self.wake(at, id, (at, Cause::Spawned), here.worker);
    }

    fn set_timer(&mut self, at: u64, timer: u64, task: Option<u64>) {
        self.set.insert(timer, self.history.timers.len());
        self.history.timers.push(Timer {
            timer,
            set: at,
            task,
            fired: None,
        });
    }

    /// Whether anybody but the task itself has made it runnable.
    fn was_asked_to_run(&self, task: u64) -> bool {
        let wake = self
            .woken_by
            .get(&task)
            .map(|wake| &self.history.wakes[*wake]);
        wake.is_some_and(|wake| wake.cause != Cause::Task(task))
    }

    /// Adds polls to the series of those in vain; none ends it.
    fn count_polls(&mut self, at: u64, task: u64, polls: u64) {
        let series = self.in_vain.entry(task).or_default();
        if polls == 0 || series.polls == 0 {
            *series = Series { from: at, polls };
        } else {
            series.polls += polls;
        }
        let series = *series;
        if let Some(task) = self.task(task)
            && task.in_vain.polls < series.polls
        {
            task.in_vain = series;
        }
    }

    fn wake(&mut self, at: u64, task: u64, (since, cause): (u64, Cause), by: Option<u32>) {
        if let Cause::End(other) = cause
            && let Some(task) = self.task(task)
        {
            task.waited_for_the_end_of(other);
        }
        let number = self.history.wakes.len();
        self.history.wakes.push(Wake {
            at,
            task,
            cause,
            since,
            by,
            coalesced: self.woken_by.contains_key(&task),
            led_to: None,
        });
        self.woken_by.entry(task).or_insert(number);
        self.make_runnable(at, task);
    }

    fn make_runnable(&mut self, at: u64, task: u64) {
        match self.task(task).map(|task| task.state()) {
            Some(State::Waiting(_)) => self.turn(at, task, State::Runnable),
            Some(State::Running { .. }) => {
                self.queued.insert(task);
            }
            _ => {}
        }
    }

    fn resume(&mut self, at: u64, task: u64, worker: u32) {
        self.queued.remove(&task);
        self.turn(at, task, State::running(worker, 1, 0));
        if let Some(wake) = self.woken_by.remove(&task) {
            self.history.wakes[wake].led_to = Some((at, worker));
        }
    }

    fn suspend(&mut self, at: u64, task: u64, waits_for: On) {
        let state = if self.queued.remove(&task) {
            State::Runnable
        } else {
            State::Waiting(waits_for)
        };
        self.turn(at, task, state);
    }

    fn complete(&mut self, at: u64, task: u64, outcome: Word) {
        self.queued.remove(&task);
        if let Some(task) = self.task(task) {
            task.close(at);
            task.ended = Some((at, outcome));
        }
    }

    fn unpark(&mut self, at: u64, worker: u32) {
        if let Some(from) = self.asleep.remove(&worker) {
            let sleeps = self.history.sleeps.entry(worker).or_default();
            sleeps.push((from, at));
        }
    }

    /// Merged polls: afterwards the task goes on doing what it did before.
    fn spin(&mut self, at: u64, task: u64, span: u64, (worker, polls, busy): (u32, u32, u64)) {
        let Some(before) = self.task(task).map(|task| task.state()) else {
            return;
        };
        self.count_polls(at, task, polls.into());
        self.turn(at, task, State::running(worker, polls, busy));
        self.turn(at + span, task, before);
    }

    fn turn(&mut self, at: u64, task: u64, state: State) {
        if let Some(task) = self.task(task)
            && task.ended.is_none()
        {
            task.close(at);
            let from = task.spans.last().map_or(at, |span| span.to);
            task.spans.push(Span {
                from,
                to: from,
                state,
            });
        }
    }

    fn task(&mut self, id: u64) -> Option<&mut Task> {
        let index = *self.index.get(&id)?;
        self.history.tasks.get_mut(index)
    }
}

impl State {
    fn running(worker: u32, polls: u32, busy: u64) -> Self {
        State::Running {
            worker,
            polls,
            busy,
        }
    }
}

impl Task {
    /// A task that is to be polled for the first time.
    fn new(at: u64, id: u64, name: Word, place: Place, spawned_by: Option<u64>) -> Self {
        Task {
            id,
            name,
            spawned: at,
            place,
            spawned_by,
            spans: vec![Span {
                from: at,
                to: at,
                state: State::Runnable,
            }],
            ended: None,
            in_vain: Series::default(),
        }
    }

    /// It is woken by a task that has just ended, so that was what it waited for.
    fn waited_for_the_end_of(&mut self, other: u64) {
        if let Some(span) = self.spans.last_mut()
            && span.state == State::Waiting(On::Unknown)
        {
            span.state = State::Waiting(On::End(other));
        }
    }

    /// What it is doing, as far as the events have been read.
    fn state(&self) -> State {
        let last = self.spans.last();
        last.map_or(State::Waiting(On::Unknown), |span| span.state)
    }

    /// Ends the last span; a single poll was busy all along.
    fn close(&mut self, at: u64) {
        if let Some(span) = self.spans.last_mut() {
            span.to = at.max(span.from);
            let length = span.to - span.from;
            if let State::Running { polls: 1, busy, .. } = &mut span.state {
                *busy = length;
            }
        }
    }
}
