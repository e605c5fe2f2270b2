//! Caught by: an_aborted_task_is_dropped
//!
//! A task that sleeps is put into the queue for its abort; one that runs will see the flag "when it is polled next". If nobody wakes it, that is never.

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
    /// A worker has it, and it was woken since that took it.
    RunningWoken,
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
            // The poll under way may have looked already. Its worker finds this at `end`.
            Phase::Running | Phase::RunningWoken => (Phase::RunningWoken, false),
            Phase::Complete => (Phase::Complete, false),
        };
        self.phase.set(next);
        must_queue
    }

    /// Somebody wants the future to be dropped. True: the caller must put the task into the queue.
    fn abort(&self) -> bool {
        self.aborted.set(true);
        match self.phase.get() {
            Phase::Idle => self.wake(),
            _ => false,
        }
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
        let woken = self.phase.get() == Phase::RunningWoken;
        self.phase.set(match woken {
            true => Phase::Scheduled,
            false => Phase::Idle,
        });
        woken
    }

    /// The worker's poll returned Ready, or it has dropped the future.
    fn complete(&self) {
        self.phase.set(Phase::Complete);
    }
}

#[cfg(test)]
mod check;
