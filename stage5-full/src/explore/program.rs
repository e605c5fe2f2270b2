//! A program on virtual workers, as something that can be stepped: the choice is which worker is next, and whether it
//! asks its reactor before it looks for a task.
//!
//! ```text
//!               step: nothing to do
//!     AWAKE ───────────────────────────► RESTS
//!       ▲                                  │
//!       └──────────────────────────────────┘
//!         somebody's step has done something, or a timer of this worker is due
//! ```
//!
//! Invariant: a worker that rests would find nothing to do, since nothing has happened since it looked. So when all of them
//! rest, only time can bring anything about.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use stage3_executor::reactor::Reactor;
use stage4_waker::JoinHandle;
use stage4_waker::explore::{Steppable, World, drive};

use crate::runtime::VirtualWorkers;

pub(super) struct Program {
    world: World,
    workers: VirtualWorkers,
    /// Which workers rest.
    rests: Vec<bool>,
    root: JoinHandle<()>,
}

impl Program {
    /// Starts a program on so many workers in this world. Nothing has been polled yet.
    pub(super) fn start<F>(world: &World, workers: usize, program: &impl Fn() -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let reactors = (0..workers).map(|_| Reactor::simulated(world)).collect();
        let workers = VirtualWorkers::new(reactors, world.seed());
        Program {
            world: world.clone(),
            rests: vec![false; workers.count()],
            root: workers.spawn(program),
            workers,
        }
    }

    /// Runs it to its end.
    pub(super) fn drive(mut self, limit: usize) -> Result<(), String> {
        let world = self.world.clone();
        drive(&mut self, &world, world.seed(), limit)
    }

    /// Those for whom there may be something to do.
    fn awake(&self) -> impl Iterator<Item = usize> {
        let now = self.world.now();
        let is_due = move |deadline: Instant| deadline <= now;
        (0..self.workers.count()).filter(move |&worker| {
            !self.rests[worker] || self.workers.next_deadline(worker).is_some_and(is_due)
        })
    }
}

impl Steppable for Program {
    /// Two choices for each worker that is awake.
    fn choices(&mut self) -> Result<usize, String> {
        match self.workers.was_woken_from_elsewhere() {
            true => {
                Err("a task was woken from another OS thread, whose timing no seed decides".into())
            }
            false => Ok(2 * self.awake().count()),
        }
    }

    fn step(&mut self, choice: usize) {
        let awake = self.awake().nth(choice / 2);
        let worker = awake.expect("invariant: a choice is one of those that there are");
        let asks_reactor_first = choice % 2 == 1;
        match self.workers.step(worker, asks_reactor_first) {
            true => self.rests.fill(false),
            false => self.rests[worker] = true,
        }
    }

    fn outcome(&mut self) -> Option<Result<(), String>> {
        let mut cx = Context::from_waker(Waker::noop());
        match Pin::new(&mut self.root).poll(&mut cx) {
            Poll::Pending => None,
            Poll::Ready(result) => Some(result.map_err(|error| error.reason_in_words())),
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        let deadlines = (0..self.workers.count()).filter_map(|w| self.workers.next_deadline(w));
        deadlines.min()
    }
}
