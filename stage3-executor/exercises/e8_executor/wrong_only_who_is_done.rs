//! Caught by: it_does_not_wait_while_somebody_can_go_on
//!
//! It waits unless some task was done in this round. A task that has read something, or has given its turn away,
//! is not done, and could go on at once; no event will say so.

use std::io;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use stage3_executor::budget;
use stage3_executor::context::{self, Home};
use stage3_executor::reactor::Reactor;

/// A future that is polled until it is done.
struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    done: bool,
}

impl Task {
    fn new(future: impl Future<Output = ()> + 'static) -> Self {
        let future = Box::pin(future);
        Task {
            future,
            done: false,
        }
    }

    /// Polls the future once. Whether it completed an operation (a read, a sleep, a turn given away).
    fn poll(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let (polled, operations) = budget::with_budget(128, || self.future.as_mut().poll(&mut cx));
        self.done = polled.is_ready();
        operations > 0
    }
}

/// Runs the tasks until all are done.
///
/// `reactor.turn(None)` waits until something has happened; `reactor.turn(Some(Duration::ZERO))` only
/// looks whether anything has.
fn run(reactor: &mut Reactor, mut tasks: Vec<Task>) -> io::Result<()> {
    let _home = context::enter(Home::One(reactor.handle().clone()));
    while !tasks.is_empty() {
        let before = tasks.len();
        for task in &mut tasks {
            task.poll();
        }
        tasks.retain(|task| !task.done);
        let somebody_got_on = tasks.len() < before;
        reactor.turn(somebody_got_on.then_some(Duration::ZERO))?;
    }
    Ok(())
}

#[cfg(test)]
mod check;
