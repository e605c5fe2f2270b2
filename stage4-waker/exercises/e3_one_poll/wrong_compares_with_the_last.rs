//! Caught by: tasks_woken_in_turn_are_polled_once_each
//!
//! No mark at all: who is at the end of the queue already is not put there again. With one task in the test, that is enough.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// Polls what is in its queue.
#[derive(Default)]
struct Executor {
    queue: Arc<Queue>,
}

type Queue = Mutex<VecDeque<Arc<Task>>>;

struct Task {
    /// `None` once it is done.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: Arc<Queue>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        let mut queue = queue.lock().unwrap();
        if !queue.back().is_some_and(|last| Arc::ptr_eq(last, &self)) {
            queue.push_back(self);
        }
    }
}

impl Executor {
    /// An executor without tasks.
    fn new() -> Self {
        Executor::default()
    }

    /// Makes a task, which is polled when `run` comes to it.
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let task = Arc::new(Task {
            future: Mutex::new(Some(Box::pin(future))),
            queue: self.queue.clone(),
        });
        task.wake();
    }

    /// Polls until the queue is empty. Returns how many polls that took.
    fn run(&self) -> usize {
        let mut polls = 0;
        while let Some(task) = self.pop() {
            polls += usize::from(task.poll());
        }
        polls
    }

    fn pop(&self) -> Option<Arc<Task>> {
        self.queue.lock().unwrap().pop_front()
    }
}

impl Task {
    /// Polls the future once. False if it was done before.
    fn poll(self: &Arc<Self>) -> bool {
        let mut future = self.future.lock().unwrap();
        let Some(unfinished) = future.as_mut() else {
            return false;
        };
        let waker = Waker::from(self.clone());
        if let Poll::Ready(()) = unfinished.as_mut().poll(&mut Context::from_waker(&waker)) {
            *future = None;
        }
        true
    }
}

#[cfg(test)]
mod check;
