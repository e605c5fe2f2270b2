//! Caught by: everybody_has_a_turn_in_the_order_of_the_queue
//!
//! A `Vec` is the collection at hand, and `push` and `pop` are its natural pair. They make a stack: the
//! task that was just put back is the next one taken, and the others wait until it is done.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct Executor {
    queue: RefCell<Vec<Task>>,
}

impl Executor {
    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.queue.borrow_mut().push(Box::pin(future));
    }

    fn run(&self) {
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            let next = self.queue.borrow_mut().pop();
            let Some(mut task) = next else { return };
            if task.as_mut().poll(&mut cx).is_pending() {
                self.queue.borrow_mut().push(task);
            }
        }
    }
}

#[cfg(test)]
mod check;
