//! The state of a task: who must put it into the run queue, and who may poll it.
// starter| #![allow(unused, reason = "until the state has states")]
// starter end

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
    // starter| // What must be known of a task? Begin with the moments in which a wake can come.
    phase: Cell<Phase>,
    aborted: Cell<bool>,
    // starter end
}

// starter| // (Perhaps an enum here.)
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
// starter end

impl State {
    /// A new task, which its maker puts into the queue.
    fn new() -> Self {
        // starter| State {}
        State {
            phase: Cell::new(Phase::Scheduled),
            aborted: Cell::new(false),
        }
        // starter end
    }

    /// Somebody wakes the task. True: the caller must put it into the queue.
    fn wake(&self) -> bool {
        // starter| true
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
        // starter end
    }

    /// Somebody wants the future to be dropped. True: the caller must put the task into the queue.
    fn abort(&self) -> bool {
        // starter| true
        self.aborted.set(true);
        // Whoever would have polled it drops it: so it is a wake with a reason.
        self.wake()
        // starter end
    }

    /// A worker has taken the task out of the queue.
    fn start(&self) -> Start {
        // starter| Start::Poll
        self.phase.set(Phase::Running);
        match self.aborted.get() {
            true => Start::Drop,
            false => Start::Poll,
        }
        // starter end
    }

    /// The worker's poll returned Pending. True: the worker must put the task into the queue again.
    fn end(&self) -> bool {
        // starter| false
        let woken = self.phase.get() == Phase::RunningWoken;
        self.phase.set(match woken {
            true => Phase::Scheduled,
            false => Phase::Idle,
        });
        woken
        // starter end
    }

    /// The worker's poll returned Ready, or it has dropped the future.
    fn complete(&self) {
        // starter| // (nothing yet)
        self.phase.set(Phase::Complete);
        // starter end
    }
}

#[cfg(test)]
mod check;
