//! Reads events in order, and keeps what each task, each worker and each OS thread is doing.

use std::collections::{HashMap, HashSet};

use super::super::happening::{Happening, Word};
use super::super::recorder::Record;
use super::{Cause, History, On, Span, State, Task, Wake};

/// Reads all `records`, which are in the order of time.
pub(super) fn read(records: &[Record]) -> History {
    let mut reader = Reader::default();
    for record in records {
        reader.read(record);
    }
    let end = reader.history.end;
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
}

/// What is known of an OS thread.
#[derive(Clone, Copy, Default)]
struct Thread {
    worker: Option<u32>,
    running: Option<u64>,
    /// What the running task has said that it waits for.
    waits_for: Option<On>,
    /// What the OS or the clock has reported here, since anything else happened.
    reported: Option<Cause>,
}

impl Reader {
    fn read(&mut self, record: &Record) {
        let Record { at, thread, what } = *record;
        self.history.end = self.history.end.max(at);
        let mut here = self.threads.get(&thread).copied().unwrap_or_default();
        match what {
            Happening::Spawn { task } => self.spawn(at, task, here),
            Happening::Resume { task, worker } => {
                here = Thread {
                    worker: Some(worker),
                    running: Some(task),
                    ..Thread::default()
                };
                self.resume(at, task, worker);
            }
            Happening::Suspend { task } => {
                here.running = None;
                let waits_for = here.waits_for.take().unwrap_or(On::Unknown);
                self.suspend(at, task, waits_for);
            }
            Happening::Complete { task, outcome } => {
                here.running = here.running.filter(|running| *running != task);
                self.complete(at, task, outcome);
            }
            Happening::Wake { task } => self.wake(at, task, here.cause(), here.worker),
            Happening::Enqueue { task, .. } => self.make_runnable(at, task),
            Happening::Wait { source, direction } => {
                here.waits_for = Some(On::Source(source, direction));
            }
            Happening::TimerSet { timer, .. } => here.waits_for = Some(On::Timer(timer)),
            Happening::Ready { source, direction } => {
                here.reported = Some(Cause::Source(source, direction));
                self.moment(record, here);
            }
            Happening::TimerFired { timer } => {
                here.reported = Some(Cause::Timer(timer));
                self.moment(record, here);
            }
            Happening::Park { worker } => {
                here.worker = Some(worker);
                self.asleep.insert(worker, at);
            }
            Happening::Unpark { worker } => self.unpark(at, worker),
            Happening::Steal { .. } => self.moment(record, here),
            Happening::Register { .. } | Happening::Deregister { .. } => {}
            Happening::Spin {
                task,
                worker,
                polls,
                span,
                busy,
            } => self.spin(at, task, span, State::running(worker, polls, busy)),
        }
        self.threads.insert(thread, here);
    }

    fn moment(&mut self, record: &Record, here: Thread) {
        let worker = here.worker.unwrap_or(0);
        self.history.moments.push((record.at, worker, record.what));
    }

    fn spawn(&mut self, at: u64, task: u64, here: Thread) {
        self.index.insert(task, self.history.tasks.len());
        self.history.tasks.push(Task {
            id: task,
            spawned: at,
            spans: vec![Span {
                from: at,
                to: at,
                state: State::Runnable,
            }],
            ended: None,
        });
        self.wake(at, task, Cause::Spawned, here.worker);
    }

    fn wake(&mut self, at: u64, task: u64, cause: Cause, by: Option<u32>) {
        let number = self.history.wakes.len();
        self.history.wakes.push(Wake {
            at,
            task,
            cause,
            by,
            led_to: None,
        });
        // If it was woken before, this wake adds nothing to that one.
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

    /// After merged polls, the task goes on doing what it did before.
    fn spin(&mut self, at: u64, task: u64, span: u64, running: State) {
        let Some(before) = self.task(task).map(|task| task.state()) else {
            return;
        };
        self.turn(at, task, running);
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

impl Thread {
    /// On whose account something is woken here.
    fn cause(&self) -> Cause {
        match (self.running, self.reported) {
            (Some(task), _) => Cause::Task(task),
            (None, Some(reported)) => reported,
            (None, None) => Cause::Outside,
        }
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
