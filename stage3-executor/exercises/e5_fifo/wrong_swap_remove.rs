//! Caught by: everybody_has_a_turn_in_the_order_of_the_queue
//!
//! Rounds over a list, from which `swap_remove` takes what is done without moving the others. It fills the
//! gap with the last task, which so overtakes all between: a queue is an order, and this breaks it.

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
        let mut tasks = self.queue.take();
        while !tasks.is_empty() {
            let mut index = 0;
            while index < tasks.len() {
                if tasks[index].as_mut().poll(&mut cx).is_ready() {
                    drop(tasks.swap_remove(index));
                } else {
                    index += 1;
                }
            }
            tasks.extend(self.queue.take());
        }
    }
}

#[cfg(test)]
mod check;
