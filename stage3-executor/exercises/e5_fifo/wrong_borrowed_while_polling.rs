//! Caught by: a_task_may_spawn_others
//!
//! The queue is borrowed once, for the whole loop, which is shorter. A task that spawns another borrows it
//! while it is polled, so within the loop: `RefCell` panics.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct Executor {
    queue: RefCell<VecDeque<Task>>,
}

impl Executor {
    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.queue.borrow_mut().push_back(Box::pin(future));
    }

    fn run(&self) {
        let mut cx = Context::from_waker(Waker::noop());
        let mut queue = self.queue.borrow_mut();
        while let Some(mut task) = queue.pop_front() {
            if task.as_mut().poll(&mut cx).is_pending() {
                queue.push_back(task);
            }
        }
    }
}

#[cfg(test)]
mod check;
