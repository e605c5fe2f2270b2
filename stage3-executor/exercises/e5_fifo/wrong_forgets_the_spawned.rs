//! Caught by: a_task_may_spawn_others
//!
//! To be free of the borrow, the whole queue is taken out at the start. Whoever is spawned by a task
//! after that stands in a queue at which nobody looks any more.

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
            tasks.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
        }
    }
}

#[cfg(test)]
mod check;
