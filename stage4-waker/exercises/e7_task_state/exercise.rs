//! The state of a task: who must put it into the run queue, and who may poll it.
#![allow(unused, reason = "until the state has states")]

use std::cell::Cell;

/// What a worker must do with a task that it has taken out of the queue.
#[derive(Debug, PartialEq, Eq)]
enum Start {
    /// Poll the future. Then call `end` if it is Pending, and `complete` if it is Ready.
    Poll,
    /// Drop the future, since the task was aborted. Then call `complete`.
    Drop,
}

/// The state of one task. Each method is one step: nothing happens in the midst of it.
#[derive(Debug)]
struct State {
    // What must be known of a task? Begin with the moments in which a wake can come.
}

// (Perhaps an enum here.)

impl State {
    /// A new task, which its maker puts into the queue.
    fn new() -> Self {
        State {}
    }

    /// Somebody wakes the task. True: the caller must put it into the queue.
    fn wake(&self) -> bool {
        true
    }

    /// Somebody wants the future to be dropped. True: the caller must put the task into the queue.
    fn abort(&self) -> bool {
        true
    }

    /// A worker has taken the task out of the queue.
    fn start(&self) -> Start {
        Start::Poll
    }

    /// The worker's poll returned Pending. True: the worker must put the task into the queue again.
    fn end(&self) -> bool {
        false
    }

    /// The worker's poll returned Ready, or it has dropped the future.
    fn complete(&self) {
        // (nothing yet)
    }
}

#[cfg(test)]
mod check;
