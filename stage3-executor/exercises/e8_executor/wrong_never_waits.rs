//! Caught by: it_waits_in_the_reactor_when_nobody_can_go_on
//!
//! It polls everybody, looks at the reactor, and again. Everything is found, at once even: and a core is fully
//! busy with asking, as in stage 1. The place to be idle is `turn(None)`.

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
        for task in &mut tasks {
            task.poll();
        }
        tasks.retain(|task| !task.done);
        reactor.turn(Some(Duration::ZERO))?;
    }
    Ok(())
}

#[cfg(test)]
mod check;
