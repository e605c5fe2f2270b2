//! A runtime without threads, for [`explore`](crate::explore): its workers step one at a time, whenever they are told to.
//!
//! ```text
//!                     one OS thread
//!     ┌──────────────────────────────────────────┐
//!     │  step(1)     step(0)     step(1)   …     │     each step: enter worker w's context,
//!     │  worker 1    worker 0    worker 1        │     one `Worker::step`, leave it
//!     └──────────────────────────────────────────┘
//! ```
//!
//! They are the workers of [`worker`](super::worker), with their queues, LIFO slots and steals. What belongs to a thread (who wakes and
//! spawns here, where sockets and timers are at home) is entered anew for each step; the budget is that of each poll. They never sleep, so
//! nobody is on the list of sleepers, and nobody is woken or watched.
//!
//! Invariant: they are shut down before they go, so that no future outlives them.

use std::sync::Arc;
use std::time::Instant;

use stage3_executor::reactor::Reactor;
use stage4_waker::JoinHandle;

use super::builder::Settings;
use super::context::{self, Context};
use super::handle::Handle;
use super::shared::Shared;
use super::worker::{Step, Worker};
use crate::sync::lock;

#[derive(Debug)]
pub(crate) struct VirtualWorkers {
    shared: Arc<Shared>,
    workers: Vec<Worker>,
}

impl VirtualWorkers {
    /// A worker for each reactor. `seed` determines from whom they steal.
    pub(crate) fn new(reactors: Vec<Reactor>, seed: u64) -> Self {
        let (shared, ends) = Shared::new(Settings::default(), reactors);
        let workers = (0..).zip(ends).map(|(index, ends)| {
            let seed = seed.wrapping_add(index as u64);
            Worker::new(shared.clone(), index, ends, seed)
        });
        let workers = workers.collect();
        VirtualWorkers { shared, workers }
    }

    /// Makes a future, where it finds this runtime, and starts it as a task.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(crate) fn spawn<F>(&self, future: impl FnOnce() -> F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let handle = Handle::new(self.shared.clone());
        let _context = context::enter(Context::guest(&handle, true));
        handle.spawn(future())
    }

    pub(crate) fn count(&self) -> usize {
        self.workers.len()
    }

    /// Lets a worker poll one task; if it finds none, lets it ask its reactor. `asks_reactor_first`: also before that. Returns
    /// false if it has found nothing to do, and nothing that is to be done next.
    pub(crate) fn step(&mut self, worker: usize, asks_reactor_first: bool) -> bool {
        let worker = &mut self.workers[worker];
        let _context = context::enter(Context::worker(worker.local.clone()));
        if asks_reactor_first {
            worker.look_around();
        }
        if worker.step() != Step::Idle {
            return true;
        }
        worker.look_around();
        worker.local.has_tasks()
    }

    /// When the next timer of this worker's reactor is due.
    pub(crate) fn next_deadline(&self, worker: usize) -> Option<Instant> {
        let reactor = lock(&self.shared.seats[worker].reactor);
        reactor.as_ref()?.next_deadline()
    }

    /// Whether another OS thread has woken or spawned a task here.
    pub(crate) fn was_woken_from_elsewhere(&self) -> bool {
        self.shared.explored.was_woken_from_elsewhere()
    }
}

impl Drop for VirtualWorkers {
    fn drop(&mut self) {
        self.shared.begin_shutdown();
        for worker in self.workers.drain(..) {
            let _context = context::enter(Context::worker(worker.local.clone()));
            worker.shut_down();
        }
    }
}
