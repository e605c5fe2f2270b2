//! Timers: an event that the reactor itself brings about.
//!
//! A [`Timer`] is only a deadline until somebody waits for it; then it takes its place in the queue
//! (`queue.rs`), from where the reactor unparks the waiter. Dropping it cancels it.

mod queue;

use crate::Unpark;
use crate::handle::Handle;
use crate::sync::{Mutex, MutexGuard, lock};
use queue::{Position, Queue};
use stage1_green_threads::trace;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How far beyond the last known time a deadline must lie to be taken for one that is still to come.
const MARGIN: Duration = Duration::from_millis(1);

/// The timers of a reactor.
pub(crate) struct Timers<W> {
    state: Mutex<State<W>>,
    /// How many are in the queue, for whoever wants to know without the lock.
    count: AtomicUsize,
}

struct State<W> {
    queue: Queue<W>,
    /// A deadline after this has not passed, by what is known of the time: the clock's last reading and
    /// [`MARGIN`].
    near: Instant,
    shut_down: bool,
}

impl<W> Timers<W> {
    pub(crate) fn new(now: Instant) -> Self {
        Timers {
            state: Mutex::new(State {
                queue: Queue::new(),
                near: now + MARGIN,
                shut_down: false,
            }),
            count: AtomicUsize::new(0),
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        lock(&self.state).queue.next_deadline()
    }

    /// Hands the number and the waiter of each timer that is due to `collect`, under the lock.
    pub(crate) fn take_due(&self, now: Instant, mut collect: impl FnMut(u64, W)) -> usize {
        let mut state = lock(&self.state);
        state.near = now + MARGIN;
        let mut count = 0;
        while let Some((position, waiter)) = state.queue.pop_due(now) {
            collect(position.number(), waiter);
            count += 1;
        }
        self.note_count(&state);
        count
    }

    /// To be called with the lock held, whenever timers have come or gone.
    fn note_count(&self, state: &State<W>) {
        // Ordering: exact for what the reading thread has done, a snapshot of what others do. A
        // reactor that waits reads the next deadline under the lock.
        self.count.store(state.queue.len(), Ordering::Relaxed);
    }

    /// No timer fires from now on; whoever waits is handed out.
    pub(crate) fn shut_down(&self) -> Vec<W> {
        let mut state = lock(&self.state);
        state.shut_down = true;
        let waiters = state.queue.drain();
        self.note_count(&state);
        waiters
    }

    pub(crate) fn is_empty(&self) -> bool {
        // Ordering: see `note_count`.
        self.count.load(Ordering::Relaxed) == 0
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
    /// Reading the clock would be a good part of what this costs. So it is read only if the deadline may have
    /// passed by what is known of the time. If it has passed all the same, the next turn says so.
    ///
    /// Once the reactor is gone every timer counts as elapsed, so that nobody waits for ever.
    pub fn poll(&mut self, waiter: &W) -> bool {
        let elapsed = match self.stage {
            Stage::Elapsed => true,
            Stage::Idle => !self.enqueue(waiter),
            Stage::Queued(position) => !self.replace(position, waiter),
        };
        if elapsed {
            self.stage = Stage::Elapsed;
        }
        elapsed
    }

    /// As [`reset`](Self::reset) and then [`poll`](Self::poll). If the waiter stays the same, this is cheaper: the lock is
    /// taken once in place of twice, and no waiter is cloned or dropped.
    pub fn reset_and_poll(&mut self, deadline: Instant, waiter: &W) -> bool {
        if let Stage::Queued(position) = self.stage {
            self.deadline = deadline;
            if self.requeue(position, waiter) {
                return false;
            }
        }
        self.reset(deadline);
        self.poll(waiter)
    }

    /// False if the deadline has passed, or the reactor has shut down.
    fn enqueue(&mut self, waiter: &W) -> bool {
        let waiter = waiter.clone();
        let Some(mut state) = self.lock_to_set() else {
            return false;
        };
        let (position, earliest) = state.queue.insert(self.deadline, waiter);
        self.handle.timers().note_count(&state);
        drop(state);
        self.has_been_set(position, earliest);
        true
    }

    /// Moves to the deadline. False if there is nothing to move (it has fired, or somebody else waits), or no time to move to: the
    /// deadline has passed, or the reactor has shut down.
    fn requeue(&mut self, position: Position, waiter: &W) -> bool {
        let Some(mut state) = self.lock_to_set() else {
            return false;
        };
        let stored = state.queue.waiter(position);
        if !stored.is_some_and(|stored| stored.same(waiter)) {
            return false;
        }
        let (position, earliest) = state.queue.reinsert(position, self.deadline);
        drop(state);
        self.has_been_set(position, earliest);
        true
    }

    /// The timers, locked, if the deadline is still to come and the reactor is still there.
    fn lock_to_set(&self) -> Option<MutexGuard<'_, State<W>>> {
        let timers = self.handle.timers();
        let mut state = lock(&timers.state);
        if self.deadline <= state.near {
            // Not under the lock: a simulated clock has one of its own.
            drop(state);
            let now = self.handle.now();
            if now >= self.deadline {
                return None;
            }
            state = lock(&timers.state);
            state.near = now + MARGIN;
        }
        (!state.shut_down).then_some(state)
    }

    fn has_been_set(&mut self, position: Position, earliest: bool) {
        self.stage = Stage::Queued(position);
        if earliest {
            // A reactor that waits right now waits for too long. (One that does not has yet to ask
            // for the next deadline: see `Reactor::turn`.)
            self.handle.notifier().notify_if_polling();
        }
        trace::timer_set(self.handle.id_of(position.number()), || {
            let left = self.deadline.saturating_duration_since(self.handle.now());
            left.as_nanos() as u64
        });
    }

    /// Leaves `waiter` in place of the former. False if the timer has fired.
    fn replace(&self, position: Position, waiter: &W) -> bool {
        let timers = self.handle.timers();
        match lock(&timers.state).queue.waiter(position) {
            None => return false,
            Some(stored) if stored.same(waiter) => return true,
            Some(_) => {}
        }
        // Cloned here, and the other one dropped at the end (`state` goes before `waiter`): the lock is not held.
        let mut waiter = waiter.clone();
        let mut state = lock(&timers.state);
        let Some(stored) = state.queue.waiter(position) else {
            return false;
        };
        mem::swap(stored, &mut waiter);
        true
    }

    /// Sets another deadline. Whoever waited is forgotten and must [`poll`](Self::poll) again.
    pub fn reset(&mut self, deadline: Instant) {
        self.cancel();
        self.deadline = deadline;
    }

    fn cancel(&mut self) {
        if let Stage::Queued(position) = self.stage {
            let timers = self.handle.timers();
            let mut state = lock(&timers.state);
            let waiter = state.queue.remove(position);
            timers.note_count(&state);
            drop(state);
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
