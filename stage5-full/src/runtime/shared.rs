//! What all threads of a runtime share, and how a task finds its way into a queue.
//!
//! ```text
//!   wake or spawn on a worker ───► its LIFO slot or queue ──(full)──┐
//!   on any other thread ─────────► global queue ◄───────────────────┘     (if all sleep, one is woken)
//!
//!   Shared ─┬─ injection      the global queue
//!           ├─ idle           who sleeps
//!           ├─ clock          who waits for timers
//!           ├─ blocking       the pool for blocking calls
//!           └─ seats[w] ─┬─ stealer, rescue    the other ends of worker w's queue and slot
//!                        ├─ reactor            behind a lock that w holds only while it turns it
//!                        ├─ released           tasks of w's list that others have completed
//!                        └─ counters
//! ```
//!
//! Invariant: a task that is not complete is in a queue (if it has never been polled), or in the list of the worker that polled it
//! first. Both are emptied by [shutdown](super::shutdown), so no future outlives the runtime.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stage1_green_threads::trace;
use stage3_executor::context::{Home, RoundRobin};
use stage3_executor::reactor::{Handle as Driver, Reactor};
use stage4_waker::JoinHandle;
#[cfg(feature = "explore")]
use stage4_waker::explore::Explored;
use stage4_waker::task::{self, Runnable, Schedule, Scheduled};

use super::block_on::Visit;
use super::blocking::Pool;
use super::builder::Settings;
use super::context;
use super::idle::Idle;
use super::injection::Injection;
use super::lifo::{self, LifoSlot, Rescue};
use super::metrics::Counters;
use super::queue::{self, RunQueue, Stealer};
use super::shutdown::Threads;
use super::timekeeping::Clock;
use crate::sync::{Mutex, lock};

/// A task on its way through the queues. Two words.
pub(super) type Entry = Runnable;

/// How many tasks a worker queues for itself before it passes some on.
pub(super) const QUEUE: usize = 256;

/// Aligned, so that its reference count, which every spawn moves, is not in a cache line that workers read at every poll.
#[repr(align(128))]
pub(crate) struct Shared {
    pub(super) settings: Settings,
    pub(super) injection: Injection<Entry>,
    pub(super) idle: Idle,
    pub(super) clock: Clock,
    pub(super) seats: Box<[Seat]>,
    pub(super) blocking: Pool,
    pub(super) threads: Threads,
    /// All workers' reactors in turn, for sockets that are made on other threads.
    pub(super) homes: Home,
    closing: AtomicBool,
    #[cfg(feature = "explore")]
    pub(super) explored: Explored,
}

/// What others see of a worker. Aligned, so that no two workers write to one cache line (or pair of lines, which is what
/// hardware prefetches).
#[repr(align(128))]
pub(super) struct Seat {
    pub(super) counters: Counters,
    pub(super) stealer: Stealer<Entry, QUEUE>,
    pub(super) rescue: Rescue<Entry>,
    /// None once the worker has ended.
    pub(super) reactor: Mutex<Option<Reactor>>,
    pub(super) driver: Driver,
    released: Released,
}

/// The worker's own ends of what its seat shows to others.
pub(super) type OwnEnds = (RunQueue<Entry, QUEUE>, LifoSlot<Entry>);

impl Shared {
    /// One seat for each reactor. The ends that the workers keep for themselves come in the same order.
    pub(super) fn new(settings: Settings, reactors: Vec<Reactor>) -> (Arc<Self>, Vec<OwnEnds>) {
        let drivers: Vec<_> = reactors.iter().map(|r| r.handle().clone()).collect();
        let (seats, ends): (Vec<_>, Vec<_>) = reactors.into_iter().map(Seat::new).unzip();
        let shared = Arc::new(Shared {
            injection: Injection::new(),
            idle: Idle::new(seats.len()),
            clock: Clock::default(),
            seats: seats.into_boxed_slice(),
            blocking: Pool::new(&settings),
            threads: Threads::default(),
            homes: Home::RoundRobin(RoundRobin::new(drivers)),
            closing: AtomicBool::new(false),
            #[cfg(feature = "explore")]
            explored: Explored::here(),
            settings,
        });
        (shared, ends)
    }

    /// Makes a task and queues it. After shutdown it is dropped at once, and its handle says that it was cancelled.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(super) fn spawn<F>(self: Arc<Self>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let is_closing = self.is_closing();
        let (task, handle) = task::new(future, Scheduler(self));
        if is_closing {
            Entry::from(task).cancel();
        } else {
            Scheduler::schedule(task);
        }
        handle
    }

    // region: enqueue
    /// Puts a task into the global queue, and wakes somebody for it if all sleep and no visit is under way. Gives it back after
    /// shutdown.
    pub(super) fn inject(&self, task: Entry, visit: Option<&Visit>) -> Result<(), Entry> {
        trace::enqueue(|| task.id(), "global");
        #[cfg(feature = "explore")]
        self.explored.note_wake();
        self.injection.push(task)?;
        if visit.is_some_and(Visit::has_begun) {
            return Ok(());
        }
        let visitor = visit.filter(|visit| visit.can_begin());
        if let Some(worker) = self.idle.wake_if_all_sleep(visitor.is_some()) {
            if let Some(visitor) = visitor {
                visitor.begin();
            }
            self.notify(worker);
        }
        Ok(())
    }

    /// A visit is over: somebody must be awake for what it has put into the global queue.
    pub(super) fn leave(&self) {
        if let Some(worker) = self.idle.leave(|| self.injection.len() > 0) {
            self.notify(worker);
        }
    }

    /// Wakes a sleeping worker, if there is one and none is rising already.
    pub(super) fn wake_one(&self) {
        if let Some(worker) = self.idle.wake_one() {
            self.notify(worker);
        }
    }
    // endregion: enqueue

    /// Interrupts the wait of a worker, or its next one.
    pub(super) fn notify(&self, worker: usize) {
        self.seats[worker].driver.notifier().notify();
    }

    pub(super) fn is_closing(&self) -> bool {
        // Ordering: Relaxed. It says that what is queued will be dropped; the queues' own closing decides.
        self.closing.load(Ordering::Relaxed)
    }

    /// From now on no worker takes another task. True for the first caller.
    pub(super) fn close(&self) -> bool {
        !self.closing.swap(true, Ordering::Relaxed)
    }
}

impl Seat {
    fn new(reactor: Reactor) -> (Self, OwnEnds) {
        let (queue, stealer) = queue::ring();
        let (slot, rescue) = lifo::slot();
        let seat = Seat {
            counters: Counters::default(),
            stealer,
            rescue,
            driver: reactor.handle().clone(),
            reactor: Mutex::new(Some(reactor)),
            released: Released::default(),
        };
        (seat, (queue, slot))
    }

    /// The keys of tasks that are complete and must leave the worker's list.
    pub(super) fn take_released(&self) -> Vec<usize> {
        self.released.take()
    }
}

/// What a task stores in order to be queued: the `S` of stage 4's `Task<F, S>`.
pub(super) struct Scheduler(pub(super) Arc<Shared>);

impl Schedule for Scheduler {
    fn schedule(task: Scheduled<Self>) {
        if let Err(late) = context::enqueue(task) {
            late.cancel();
        }
    }

    fn release(&self, owner: usize, key: usize) {
        let seat = &self.0.seats[owner];
        if seat.released.put(key) {
            self.0.notify(owner);
        }
    }
}

/// Messages to a worker: these tasks of your list have been completed elsewhere.
///
/// Nothing waits for them but memory, so the worker is disturbed only if many have come together.
#[derive(Default)]
struct Released {
    any: AtomicBool,
    keys: Mutex<Vec<usize>>,
}

impl Released {
    /// True if the worker should be notified.
    fn put(&self, key: usize) -> bool {
        const MANY: usize = 1024;
        let mut keys = lock(&self.keys);
        keys.push(key);
        // Ordering: Relaxed, since the keys themselves are behind the lock.
        self.any.store(true, Ordering::Relaxed);
        keys.len().is_multiple_of(MANY)
    }

    fn take(&self) -> Vec<usize> {
        if !self.any.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let mut keys = lock(&self.keys);
        self.any.store(false, Ordering::Relaxed);
        std::mem::take(&mut keys)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("settings", &self.settings)
            .field("workers", &self.seats.len())
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}
