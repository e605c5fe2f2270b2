//! Caught by: a_wake_during_the_poll_makes_one_more
//!
//! "Now it is done with, so it is not queued any more." A wake during the poll finds the mark, does nothing, and then the mark goes.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Whether it stands in the queue.
    queued: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let queue = self.queue.clone();
        queue.lock().unwrap().push_back(self);
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
            queued: AtomicBool::new(false),
        });
        task.wake();
    }

    /// Polls until the queue is empty. Returns how many polls that took.
    fn run(&self) -> usize {
        let mut polls = 0;
        while let Some(task) = self.pop() {
            polls += usize::from(task.poll());
            task.queued.swap(false, Ordering::Acquire);
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
