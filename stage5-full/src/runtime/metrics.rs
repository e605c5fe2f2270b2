//! What the workers count, always.
//!
//! Each worker counts for itself: a load and a store of its own cache line, no read-modify-write. Others read when they want
//! to. The count of polls is more than a statistic: a watcher that sees it stand still knows that the worker is held.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::handle::Handle;

/// The counters of one worker, written by it alone.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) polls: Counter,
    pub(super) steals: Counter,
    pub(super) stolen: Counter,
    pub(super) parks: Counter,
    pub(super) turns: Counter,
    pub(super) rescues: Counter,
}

/// A number that one thread counts up and any thread reads.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: usize) {
        // Ordering: Relaxed, and no read-modify-write: only the worker itself counts here.
        self.0.store(self.get() + count as u64, Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// What a runtime's workers have done so far. Each number is exact at some moment of the recent past.
///
/// # Examples
///
/// ```
/// let runtime = stage5_full::runtime::Runtime::new().unwrap();
/// runtime.block_on(async {
///     stage5_full::spawn(async {}).await.unwrap();
/// });
/// let metrics = runtime.metrics();
/// let polls: u64 = (0..metrics.num_workers()).map(|w| metrics.worker_poll_count(w)).sum();
/// assert_eq!(polls, 1);
/// ```
#[derive(Clone)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl RuntimeMetrics {
    pub(super) fn new(handle: Handle) -> Self {
        RuntimeMetrics { handle }
    }

    /// How many workers there are.
    pub fn num_workers(&self) -> usize {
        self.handle.shared().seats.len()
    }

    /// How many threads the pool for blocking calls has now.
    pub fn num_blocking_threads(&self) -> usize {
        self.handle.shared().blocking.threads()
    }

    /// How many of these threads have nothing to do now.
    pub fn num_idle_blocking_threads(&self) -> usize {
        self.handle.shared().blocking.idle()
    }

    /// How many blocking calls wait for a thread.
    pub fn blocking_queue_depth(&self) -> usize {
        self.handle.shared().blocking.queued()
    }

    /// How many tasks wait in the global queue.
    pub fn global_queue_depth(&self) -> usize {
        self.handle.shared().injection.len()
    }

    /// How many tasks wait in the queue of a worker.
    ///
    /// # Panics
    ///
    /// Like all methods that take a worker: if there is no such worker.
    pub fn worker_local_queue_depth(&self, worker: usize) -> usize {
        self.handle.shared().seats[worker].stealer.len()
    }

    /// How many polls a worker has begun.
    pub fn worker_poll_count(&self, worker: usize) -> u64 {
        self.counters(worker).polls.get()
    }

    /// How many tasks a worker has taken from the queues of others.
    pub fn worker_steal_count(&self, worker: usize) -> u64 {
        self.counters(worker).stolen.get()
    }

    /// How often a worker has taken tasks from another's queue.
    pub fn worker_steal_operations(&self, worker: usize) -> u64 {
        self.counters(worker).steals.get()
    }

    /// How often a worker has waited in the OS. In an idle runtime this stands still.
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.counters(worker).parks.get()
    }

    /// How often a worker has asked its reactor for events, waiting or not.
    pub fn worker_turn_count(&self, worker: usize) -> u64 {
        self.counters(worker).turns.get()
    }

    /// How often a worker has turned the reactor of another one, which was held in a long poll.
    pub fn worker_rescue_count(&self, worker: usize) -> u64 {
        self.counters(worker).rescues.get()
    }

    fn counters(&self, worker: usize) -> &Counters {
        &self.handle.shared().seats[worker].counters
    }
}

impl fmt::Debug for RuntimeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seats = &self.handle.shared().seats;
        let workers = seats.iter().map(|seat| &seat.counters);
        f.debug_list().entries(workers).finish()
    }
}
