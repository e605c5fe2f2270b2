//! Timers: an event that the reactor itself brings about.
//!
//! A [`Timer`] is only a deadline until somebody waits for it; then it takes its place in the queue
//! (`queue.rs`), from where the reactor unparks the waiter. Dropping it cancels it.

mod queue;

use crate::Unpark;
use crate::handle::Handle;
use crate::lock;
use queue::{Position, Queue};
use stage1_green_threads::trace;
use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

/// The timers of a reactor.
pub(crate) struct Timers<W>(Mutex<State<W>>);

struct State<W> {
    queue: Queue<W>,
    shut_down: bool,
}

impl<W> Timers<W> {
    pub(crate) fn new() -> Self {
        Timers(Mutex::new(State {
            queue: Queue::new(),
            shut_down: false,
        }))
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        lock(&self.0).queue.next_deadline()
    }

    /// Hands the number and the waiter of each timer that is due to `collect`, under the lock.
    pub(crate) fn take_due(&self, now: Instant, mut collect: impl FnMut(u64, W)) -> usize {
        let mut state = lock(&self.0);
        let mut count = 0;
        while let Some((position, waiter)) = state.queue.pop_due(now) {
            collect(position.number(), waiter);
            count += 1;
        }
        count
    }

    /// No timer fires from now on; whoever waits is handed out.
    pub(crate) fn shut_down(&self) -> Vec<W> {
        let mut state = lock(&self.0);
        state.shut_down = true;
        state.queue.drain()
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).queue.is_empty()
    }
}

/// A moment to wait for. Made by [`Handle::timer`].
///
/// # Example
///
/// A reactor can wake anything that implements [`Unpark`]; here a flag.
///
/// ```
/// use stage2_reactor::{Reactor, Unpark};
/// use std::{cell::Cell, rc::Rc, time::Duration};
///
/// #[derive(Clone)]
/// struct Flag(Rc<Cell<bool>>);
///
/// impl Unpark for Flag {
///     fn unpark(self) {
///         self.0.set(true);
///     }
/// }
///
/// let mut reactor = Reactor::new()?;
/// let flag = Flag(Rc::default());
/// let mut timer = reactor.handle().timer(reactor.handle().now() + Duration::from_millis(1));
/// assert!(!timer.poll(&flag), "still to come");
/// while !flag.0.get() {
///     reactor.turn(None)?;
/// }
/// assert!(timer.poll(&flag), "elapsed");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Timer<W: Unpark> {
    handle: Handle<W>,
    deadline: Instant,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Nobody has waited yet.
    Idle,
    /// In the queue, or fired since.
    Queued(Position),
    /// The deadline has passed, and somebody has been told.
    Elapsed,
}

impl<W: Unpark> Timer<W> {
    pub(crate) fn new(handle: Handle<W>, deadline: Instant) -> Self {
        Timer {
            handle,
            deadline,
            stage: Stage::Idle,
        }
    }

    /// The moment at which it elapses.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The handle of the reactor that it belongs to.
    pub fn handle(&self) -> &Handle<W> {
        &self.handle
    }

    /// Whether somebody has been told already that the deadline has passed.
    pub fn is_elapsed(&self) -> bool {
        matches!(self.stage, Stage::Elapsed)
    }

    /// True if the deadline has passed. Otherwise `waiter` will be unparked when it does; of several
    /// waiters the latest counts.
    ///
    /// Once the reactor is gone every timer counts as elapsed, so that nobody waits for ever.
    pub fn poll(&mut self, waiter: &W) -> bool {
        let elapsed = match self.stage {
            Stage::Elapsed => true,
            Stage::Idle => self.handle.now() >= self.deadline || !self.enqueue(waiter.clone()),
            Stage::Queued(position) => !self.replace(position, waiter),
        };
        if elapsed {
            self.stage = Stage::Elapsed;
        }
        elapsed
    }

    /// False if the reactor has shut down.
    fn enqueue(&mut self, waiter: W) -> bool {
        let mut state = lock(&self.handle.timers().0);
        if state.shut_down {
            drop(state);
            return false;
        }
        let (position, earliest) = state.queue.insert(self.deadline, waiter);
        drop(state);
        self.stage = Stage::Queued(position);
        if earliest {
            // A reactor that waits right now waits for too long. (One that does not has yet to ask
            // for the next deadline: see `Reactor::turn`.)
            self.handle.notifier().notify_if_polling();
        }
        self.trace_set(position);
        true
    }

    fn trace_set(&self, position: Position) {
        if cfg!(feature = "tracing") {
            let left = self.deadline.saturating_duration_since(self.handle.now());
            trace::timer_set(self.handle.id_of(position.number()), left.as_nanos() as u64);
        }
    }

    /// Leaves `waiter` in place of the former. False if the timer has fired.
    fn replace(&self, position: Position, waiter: &W) -> bool {
        let mut replacement = Some(waiter.clone());
        let mut state = lock(&self.handle.timers().0);
        let Some(stored) = state.queue.waiter(position) else {
            return false;
        };
        if !stored.same(waiter) {
            replacement = replacement.map(|waiter| std::mem::replace(stored, waiter));
        }
        // Whichever is left over is dropped when the lock is not held any more.
        drop(state);
        drop(replacement);
        true
    }

    /// Sets another deadline. Whoever waited is forgotten and must [`poll`](Self::poll) again.
    pub fn reset(&mut self, deadline: Instant) {
        self.cancel();
        self.deadline = deadline;
    }

    fn cancel(&mut self) {
        if let Stage::Queued(position) = self.stage {
            let waiter = lock(&self.handle.timers().0).queue.remove(position);
            drop(waiter);
        }
        self.stage = Stage::Idle;
    }
}

impl<W: Unpark> Drop for Timer<W> {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl<W: Unpark> fmt::Debug for Timer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("deadline", &self.deadline)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
