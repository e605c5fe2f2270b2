//! Caught by: a_task_that_is_done_may_let_others_go_on
//!
//! It waits unless some operation was completed: that is what `Task::poll` says. But a task that ends may have
//! left something for another one, in a variable that both know, without any operation at the reactor.

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
        let mut somebody_got_on = false;
        for task in &mut tasks {
            somebody_got_on |= task.poll();
        }
        tasks.retain(|task| !task.done);
        if tasks.is_empty() {
            break;
        }
        reactor.turn(somebody_got_on.then_some(Duration::ZERO))?;
    }
    Ok(())
}

#[cfg(test)]
mod check;
