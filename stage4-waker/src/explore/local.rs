//! A program on a [`LocalExecutor`], as something that can be stepped: the choice is which ready task is next.

use std::task::{Context, Poll, Waker};
use std::time::Instant;

use stage3_executor::reactor::Reactor;

use super::{Steppable, World, drive};
use crate::local::LocalExecutor;
use crate::task::JoinHandle;

/// Runs the program to its end on an executor in this world.
pub(super) fn run<F>(world: &World, limit: usize, program: &impl Fn() -> F) -> Result<(), String>
where
    F: Future<Output = ()> + 'static,
{
    let executor = LocalExecutor::with_reactor(Reactor::simulated(world));
    executor.enter(|| {
        let root = executor.spawn(program());
        let mut local = Local {
            executor: &executor,
            root,
        };
        drive(&mut local, world, world.seed(), limit)
    })
}

struct Local<'executor> {
    executor: &'executor LocalExecutor,
    root: JoinHandle<()>,
}

impl Steppable for Local<'_> {
    fn choices(&mut self) -> Result<usize, String> {
        let choices = self.executor.deliver().map_err(|error| error.to_string())?;
        match self.executor.was_woken_from_elsewhere() {
            true => {
                Err("a task was woken from another OS thread, whose timing no seed decides".into())
            }
            false => Ok(choices),
        }
    }

    fn step(&mut self, choice: usize) {
        self.executor.step(choice);
    }

    fn outcome(&mut self) -> Option<Result<(), String>> {
        let mut cx = Context::from_waker(Waker::noop());
        match std::pin::Pin::new(&mut self.root).poll(&mut cx) {
            Poll::Pending => None,
            Poll::Ready(result) => Some(result.map_err(|error| error.reason_in_words())),
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.executor.next_deadline()
    }
}
