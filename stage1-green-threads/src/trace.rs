//! The events that every stage emits, from spawn to complete.
//!
//! A runtime that can be *seen* running teaches more than one that can only be read. Each function
//! below says that one thing has happened. With the cargo feature `tracing` it becomes an event of
//! the `tracing` facade (target `stages`, level `TRACE`, the event's name in its field `kind`);
//! without it, it compiles to nothing. With the feature and nobody listening it costs one relaxed
//! load and a branch: nothing is formatted and nothing is allocated.
//!
//! Who did it is not a field. A listener sees every event of an OS thread in order, so it knows
//! which task was running there (after `resume`, before `suspend`), or which source or timer had
//! just become ready, and can say by whom a task was woken.
//!
//! There are only events here, no spans: a span that is entered on one stack and left on another
//! would corrupt the listener's idea of what runs where.

#[cfg(feature = "tracing")]
pub(crate) mod happening;

#[cfg(feature = "tracing")]
mod live;

#[cfg(feature = "tracing")]
mod console;

use std::cell::Cell;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "tracing")]
pub use console::Console;
#[cfg(feature = "tracing")]
pub use live::{LiveTask, LiveTasks};

/// The number of a task, be it a green thread or a future. Unique in its process, and never 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

/// So many numbers a thread takes at once, so that threads that make tasks do not meet at the counter for each.
const NUMBERS: u64 = 64;

impl TaskId {
    /// Takes the next number of this thread: they ascend on each thread, and differ from those of others.
    #[inline]
    pub fn next() -> Self {
        thread_local! {
            static LAST: Cell<u64> = const { Cell::new(0) };
        }
        let before = match LAST.get() {
            used_up if used_up.is_multiple_of(NUMBERS) => TaskId::more(),
            last => last,
        };
        LAST.set(before + 1);
        TaskId(before + 1)
    }

    /// How many numbers have been taken: a multiple of `NUMBERS`. The next ones are the caller's.
    #[cold]
    fn more() -> u64 {
        static TAKEN: AtomicU64 = AtomicU64::new(0);
        // Ordering: the numbers need only differ; nothing is published through them.
        TAKEN.fetch_add(NUMBERS, Ordering::Relaxed)
    }

    /// The number itself, as it appears in events.
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({})", self.0)
    }
}

/// Emits one event, or compiles to nothing. The values are evaluated only if somebody listens.
macro_rules! emit {
    ($kind:literal $(, $field:ident = $value:expr)* $(,)?) => {{
        #[cfg(feature = "tracing")]
        tracing::event!(
            name: $kind, target: "stages", tracing::Level::TRACE, kind = $kind $(, $field = $value)*
        );
        #[cfg(not(feature = "tracing"))]
        { $( let _ = || $value; )* }
    }};
}

/// A task came into being, where this is called. `name` may be empty. With the feature `tracing`, every function on the
/// way from the program to here has `track_caller`, so that the place is in the program.
#[inline]
#[cfg_attr(feature = "tracing", track_caller)]
pub fn spawn(task: TaskId, name: &str) {
    let place = Location::caller();
    emit!(
        "spawn",
        task = task.0,
        name = name,
        file = place.file(),
        line = u64::from(place.line()),
        column = u64::from(place.column()),
    );
}

/// Control entered a task: a switch onto its stack, or the start of a poll. `worker` is the index of
/// the worker that runs it, 0 wherever there is only one.
#[inline]
pub fn resume(task: TaskId, worker: usize) {
    emit!("resume", task = task.0, worker = worker as u64);
}

/// Control came back from a task that is not finished: it yielded, parked, or returned `Pending`.
#[inline]
pub fn suspend(task: TaskId) {
    emit!("suspend", task = task.0);
}

/// A task finished. `outcome` is `"ok"`, `"panicked"` or `"cancelled"`.
#[inline]
pub fn complete(task: TaskId, outcome: &'static str) {
    emit!("complete", task = task.0, outcome = outcome);
}

/// Somebody made a task runnable (or found that it already was).
#[inline]
pub fn wake(task: TaskId) {
    emit!("wake", task = task.0);
}

/// A task was put into a run queue: `"local"`, `"lifo"`, `"global"` or `"remote"`. Its number is asked for only if
/// somebody listens: a queue must look it up in the task.
#[inline]
pub fn enqueue(task: impl FnOnce() -> TaskId, queue: &'static str) {
    emit!("enqueue", task = task().0, queue = queue);
}

/// Worker `to` took `count` tasks from the queue of worker `from`.
#[inline]
pub fn steal(from: usize, to: usize, count: usize) {
    emit!(
        "steal",
        from = from as u64,
        to = to as u64,
        count = count as u64
    );
}

/// A worker asks the OS to wait: nobody is runnable.
#[inline]
pub fn park(worker: usize) {
    emit!("park", worker = worker as u64);
}

/// The OS returned from the wait.
#[inline]
pub fn unpark(worker: usize) {
    emit!("unpark", worker = worker as u64);
}

/// A source of readiness (a socket) was registered with the reactor.
#[inline]
pub fn register(source: u64) {
    emit!("register", source = source);
}

/// A source of readiness left the reactor.
#[inline]
pub fn deregister(source: u64) {
    emit!("deregister", source = source);
}

/// The task that is running here waits until `source` is `"readable"` or `"writable"`.
#[inline]
pub fn wait(source: u64, direction: &'static str) {
    emit!("wait", source = source, direction = direction);
}

/// The OS reported that a source has become ready.
#[inline]
pub fn ready(source: u64, readable: bool, writable: bool) {
    emit!(
        "ready",
        source = source,
        readable = readable,
        writable = writable
    );
}

/// A timer was set to fire in `nanoseconds` from now (0 if the deadline has passed already). They are
/// asked for only if somebody listens, as a clock must be read for them.
#[inline]
pub fn timer_set(timer: u64, nanoseconds: impl FnOnce() -> u64) {
    emit!("timer_set", timer = timer, nanoseconds = nanoseconds());
}

/// A timer fired.
#[inline]
pub fn timer_fired(timer: u64) {
    emit!("timer_fired", timer = timer);
}

/// Whether this is about one of the events above. Warnings are not meant: those go to stderr when nobody listens.
#[cfg(feature = "tracing")]
pub(crate) fn is_ours(metadata: &tracing::Metadata<'_>) -> bool {
    metadata.target() == "stages" && *metadata.level() == tracing::Level::TRACE
}

/// Something that the person who runs the program should know of, such as a listener that backs off
/// because the process has no file descriptors left.
///
/// It goes to `tracing` as a warning if somebody listens there, and to stderr otherwise.
pub fn warn(message: fmt::Arguments<'_>) {
    #[cfg(feature = "tracing")]
    if tracing::enabled!(target: "stages", tracing::Level::WARN) {
        tracing::warn!(target: "stages", "{message}");
        return;
    }
    eprintln!("warning: {message}");
}
