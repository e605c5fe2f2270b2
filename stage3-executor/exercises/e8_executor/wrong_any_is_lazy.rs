//! Caught by: everybody_is_polled_in_every_round
//!
//! "Did any task get on?" is `any`, word for word. But `any` stops at the first that did, and so do the
//! polls: a task that can always go on keeps all those behind it from ever being polled.

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
        let somebody_got_on = tasks.iter_mut().any(|task| task.poll() || task.done);
        tasks.retain(|task| !task.done);
        reactor.turn(somebody_got_on.then_some(Duration::ZERO))?;
    }
    Ok(())
}

#[cfg(test)]
mod check;
