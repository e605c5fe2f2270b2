//! Exercise 3.5: an executor's queue. The task is in README.md.
// starter| #![allow(unused, reason = "until `run` is written")]
// starter end

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Runs tasks, each in its turn.
#[derive(Default)]
struct Executor {
    queue: RefCell<VecDeque<Task>>,
}

impl Executor {
    /// Adds a task at the end of the queue. A task may call this, too.
    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.queue.borrow_mut().push_back(Box::pin(future));
    }

    /// Polls tasks until all are done.
    fn run(&self) {
        let mut cx = Context::from_waker(Waker::noop());
        // starter| todo!("take a task from the front, poll it with `&mut cx`, and so on")
        loop {
            // In a statement of its own: the borrow ends before the task is polled.
            let next = self.queue.borrow_mut().pop_front();
            let Some(mut task) = next else { return };
            if task.as_mut().poll(&mut cx).is_pending() {
                self.queue.borrow_mut().push_back(task);
            }
        }
        // starter end
    }
}

#[cfg(test)]
mod check;
