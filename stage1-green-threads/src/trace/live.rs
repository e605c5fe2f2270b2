//! "Where are my tasks?": every live task, where it was spawned, what it is doing, and for how long.
//!
//! ```text
//!   3 tasks are live:
//!     task 1    src/main.rs:31  waits until a socket is readable, for 2.1s
//!     task 2    src/main.rs:40  waits for a wake, for 2.1s
//!     task 4    src/chat.rs:52  runs on worker 1, for 1.9s
//! ```
//!
//! All of it comes from the events, so the runtimes keep nothing for it. While somebody listens, each event takes a lock:
//! that is for a program that hangs, or for tests, and not for one that is being measured.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing::{Event, Metadata, Subscriber};

use super::happening::{Happening, Place, Word};
use super::is_ours;

/// The live tasks of this process, as far as they were spawned since this listens. Clones share one list.
///
/// It is a subscriber of `tracing`, and prints as one line for each task.
///
/// ```
/// use stage1_green_threads::{run, spawn, trace::LiveTasks, yield_now};
///
/// let tasks = LiveTasks::new();
/// tracing::subscriber::with_default(tasks.clone(), || {
///     run(move || {
///         spawn(stage1_green_threads::park);
///         yield_now();
///         println!("{tasks}");
///         assert_eq!(tasks.list()[1].state, "waits for a wake");
///     });
/// });
/// ```
#[derive(Clone, Debug, Default)]
pub struct LiveTasks {
    known: Arc<Mutex<Known>>,
}

/// A task that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiveTask {
    /// Its number, as in [`TaskId`](super::TaskId).
    pub id: u64,
    /// Its name; empty if it has none.
    pub name: &'static str,
    /// The file and line that spawned it.
    pub spawned_at: String,
    /// What it does, such as `waits until a socket is readable`.
    pub state: String,
    /// For how long it has been doing that.
    pub since: Duration,
}

#[derive(Debug, Default)]
struct Known {
    tasks: BTreeMap<u64, Entry>,
    /// The task that each OS thread is running, and what that has said it waits for.
    running: HashMap<ThreadId, (u64, Option<Waits>)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    name: Word,
    place: Place,
    state: State,
    since: Instant,
    /// It was made runnable while it ran.
    goes_on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Queued,
    Running { worker: u32 },
    Waiting(Option<Waits>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Socket(Word),
    Timer,
}

impl LiveTasks {
    /// An empty list. It fills while it is `tracing`'s subscriber, or is given events to [`record`](Self::record).
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a list and has it listen to all threads for the rest of this process's life.
    ///
    /// # Errors
    ///
    /// If something else is `tracing`'s global subscriber already: give it the events to [`record`](Self::record).
    pub fn listen() -> Result<Self, SetGlobalDefaultError> {
        let tasks = LiveTasks::new();
        set_global_default(tasks.clone())?;
        Ok(tasks)
    }

    /// Takes an event in; any that is not of these runtimes is ignored. For a program that has a subscriber of its own.
    pub fn record(&self, event: &Event<'_>) {
        if !is_ours(event.metadata()) {
            return;
        }
        if let Some(happening) = Happening::of(event) {
            self.read(happening);
        }
    }

    /// Takes in what an event says that somebody else has read.
    pub(crate) fn read(&self, happening: Happening) {
        self.lock().read(happening);
    }

    /// The live tasks, in the order of their numbers.
    pub fn list(&self) -> Vec<LiveTask> {
        let now = Instant::now();
        let known = self.lock();
        let tasks = known.tasks.iter().map(|(id, task)| LiveTask {
            id: *id,
            name: task.name.0,
            spawned_at: task.place.to_string(),
            state: task.state.to_string(),
            since: now.duration_since(task.since),
        });
        tasks.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn read(&mut self, happening: Happening) {
        let thread = thread::current().id();
        match happening {
            Happening::Spawn { task, name, place } => {
                self.tasks.insert(task, Entry::new(name, place));
            }
            Happening::Resume { task, worker } => {
                self.running.insert(thread, (task, None));
                self.turn(task, State::Running { worker });
            }
            Happening::Suspend { task } => {
                let waits = self.running.remove(&thread).and_then(|(_, waits)| waits);
                self.turn(task, State::Waiting(waits));
            }
            Happening::Complete { task, .. } => {
                self.tasks.remove(&task);
                self.running.retain(|_, (running, _)| *running != task);
            }
            Happening::Wake { task } | Happening::Enqueue { task, .. } => self.make_runnable(task),
            Happening::Wait { direction, .. } => self.waits(thread, Waits::Socket(direction)),
            Happening::TimerSet { .. } => self.waits(thread, Waits::Timer),
            _ => {}
        }
    }

    fn turn(&mut self, task: u64, state: State) {
        if let Some(task) = self.tasks.get_mut(&task) {
            let goes_on = std::mem::take(&mut task.goes_on);
            task.state = match state {
                State::Waiting(_) if goes_on => State::Queued,
                state => state,
            };
            task.since = Instant::now();
        }
    }

    fn make_runnable(&mut self, task: u64) {
        match self.tasks.get_mut(&task) {
            Some(task) if matches!(task.state, State::Running { .. }) => task.goes_on = true,
            Some(Entry {
                state: State::Waiting(_),
                ..
            }) => self.turn(task, State::Queued),
            _ => {}
        }
    }

    /// The task that runs on this thread says what it waits for. With both, the timer only limits that.
    fn waits(&mut self, thread: ThreadId, waits: Waits) {
        if let Some((_, before)) = self.running.get_mut(&thread)
            && !matches!((&before, waits), (Some(Waits::Socket(_)), Waits::Timer))
        {
            *before = Some(waits);
        }
    }
}

impl Entry {
    fn new(name: Word, place: Place) -> Self {
        Entry {
            name,
            place,
            state: State::Queued,
            since: Instant::now(),
            goes_on: false,
        }
    }
}

/// The dump: a line for each task.
impl fmt::Display for LiveTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.list();
        match tasks.len() {
            0 => write!(f, "no task is live"),
            1 => write!(f, "1 task is live:"),
            count => write!(f, "{count} tasks are live:"),
        }?;
        let width = |text: fn(&LiveTask) -> &str| tasks.iter().map(|task| text(task).len()).max();
        let names = width(|task| task.name).unwrap_or(0);
        let places = width(|task| &task.spawned_at).unwrap_or(0);
        for LiveTask {
            id,
            name,
            spawned_at,
            state,
            since,
        } in &tasks
        {
            write!(
                f,
                "\n  task {id:<4} {name:<names$} {spawned_at:<places$}  {state}, for {since:.1?}"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Queued => write!(f, "is in the queue"),
            State::Running { worker } => write!(f, "runs on worker {worker}"),
            State::Waiting(None) => write!(f, "waits for a wake"),
            State::Waiting(Some(Waits::Timer)) => write!(f, "waits for a timer"),
            State::Waiting(Some(Waits::Socket(direction))) => {
                write!(f, "waits until a socket is {}", direction.0)
            }
        }
    }
}

impl Subscriber for LiveTasks {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && is_ours(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        self.record(event);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAWN: Happening = Happening::Spawn {
        task: 3,
        name: Word("tea"),
        place: Place {
            file: Word("src/main.rs"),
            line: 5,
            column: 9,
        },
    };
    const POLL: Happening = Happening::Resume { task: 3, worker: 1 };
    const PENDING: Happening = Happening::Suspend { task: 3 };
    const WAKE: Happening = Happening::Wake { task: 3 };
    const SOCKET: Happening = Happening::Wait {
        source: 1,
        direction: Word("readable"),
    };
    const TIMER: Happening = Happening::TimerSet {
        timer: 1,
        nanoseconds: 1,
    };

    fn states(happenings: &[Happening]) -> Vec<String> {
        let tasks = LiveTasks::new();
        happenings.iter().for_each(|what| tasks.lock().read(*what));
        tasks.list().into_iter().map(|task| task.state).collect()
    }

    #[test]
    fn a_task_is_in_the_queue_runs_and_waits() {
        assert_eq!(states(&[SPAWN]), ["is in the queue"]);
        assert_eq!(states(&[SPAWN, POLL]), ["runs on worker 1"]);
        assert_eq!(states(&[SPAWN, POLL, PENDING]), ["waits for a wake"]);
        let pending = [SPAWN, POLL, SOCKET, PENDING];
        assert_eq!(states(&pending), ["waits until a socket is readable"]);
        assert_eq!(
            states(&[SPAWN, POLL, TIMER, PENDING]),
            ["waits for a timer"]
        );
    }

    #[test]
    fn a_timer_beside_a_socket_is_its_time_limit() {
        for both in [[SOCKET, TIMER], [TIMER, SOCKET]] {
            let states = states(&[SPAWN, POLL, both[0], both[1], PENDING]);
            assert_eq!(states, ["waits until a socket is readable"]);
        }
    }

    #[test]
    fn a_task_that_was_woken_is_in_the_queue() {
        assert_eq!(states(&[SPAWN, POLL, PENDING, WAKE]), ["is in the queue"]);
        assert_eq!(states(&[SPAWN, POLL, WAKE, PENDING]), ["is in the queue"]);
        let again = [SPAWN, POLL, WAKE, PENDING, POLL, PENDING];
        assert_eq!(states(&again), ["waits for a wake"]);
    }

    #[test]
    fn a_task_that_ended_is_gone() {
        let outcome = Word("ok");
        let end = Happening::Complete { task: 3, outcome };
        assert_eq!(states(&[SPAWN, POLL, end]), [""; 0]);
    }

    #[test]
    fn the_dump_has_a_line_for_each_task() {
        let tasks = LiveTasks::new();
        assert_eq!(tasks.to_string(), "no task is live");
        tasks.lock().read(SPAWN);
        let dump = tasks.to_string();
        let (head, line) = dump.split_once('\n').unwrap();
        assert_eq!(head, "1 task is live:");
        assert!(
            line.starts_with("  task 3    tea src/main.rs:5  is in the queue, for "),
            "{line}"
        );
    }
}
