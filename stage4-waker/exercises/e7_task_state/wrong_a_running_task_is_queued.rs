//! Caught by: two_workers_never_have_it_at_once
//!
//! No wake is lost: a task that is woken while it is polled goes into the queue. Where another worker finds it.

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
    phase: Cell<Phase>,
    aborted: Cell<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody has it. Whoever wakes it puts it into the queue.
    Idle,
    /// In the queue.
    Scheduled,
    /// A worker has it.
    Running,
    /// The future is gone.
    Complete,
}

impl State {
    /// A new task, which its maker puts into the queue.
    fn new() -> Self {
        State {
            phase: Cell::new(Phase::Scheduled),
            aborted: Cell::new(false),
        }
    }

    /// Somebody wakes the task. True: the caller must put it into the queue.
    fn wake(&self) -> bool {
        let (next, must_queue) = match self.phase.get() {
            Phase::Idle => (Phase::Scheduled, true),
            // The poll that is to come answers this wake too.
            Phase::Scheduled => (Phase::Scheduled, false),
            // Or else this wake would be lost.
            Phase::Running => (Phase::Scheduled, true),
            Phase::Complete => (Phase::Complete, false),
        };
        self.phase.set(next);
        must_queue
    }

    /// Somebody wants the future to be dropped. True: the caller must put the task into the queue.
    fn abort(&self) -> bool {
        self.aborted.set(true);
        // Whoever would have polled it drops it: so it is a wake with a reason.
        self.wake()
    }

    /// A worker has taken the task out of the queue.
    fn start(&self) -> Start {
        self.phase.set(Phase::Running);
        match self.aborted.get() {
            true => Start::Drop,
            false => Start::Poll,
        }
    }

    /// The worker's poll returned Pending. True: the worker must put the task into the queue again.
    fn end(&self) -> bool {
        // If it was woken meanwhile, it is in the queue.
        if self.phase.get() == Phase::Running {
            self.phase.set(Phase::Idle);
        }
        false
    }

    /// The worker's poll returned Ready, or it has dropped the future.
    fn complete(&self) {
        self.phase.set(Phase::Complete);
    }
}

#[cfg(test)]
mod check;
