//! Exercise 3.8: a small executor that waits exactly when nobody can go on. The task is in README.md.
// starter| #![allow(unused, reason = "until `run` is written")]
// starter end

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
        // starter| todo!("poll everybody, drop who is done, and turn the reactor: for how long?");
        let mut somebody_got_on = false;
        for task in &mut tasks {
            // Not `||`, which would not poll those behind the first that gets on.
            somebody_got_on |= task.poll();
            somebody_got_on |= task.done;
        }
        tasks.retain(|task| !task.done);
        reactor.turn(somebody_got_on.then_some(Duration::ZERO))?;
        // starter end
    }
    Ok(())
}

#[cfg(test)]
mod check;
