//! Caught by: it_stands_in_a_queue_once
//!
//! "The poll is over, so the task is idle." Not if it goes into the queue again: the next wake puts it there a second time.

use std::cell::Cell;

/// What is going on with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits. Nobody will poll it until it is woken.
    Idle,
    /// It stands in a queue, once.
    Queued,
    /// A worker polls it.
    Running,
    /// A worker polls it, and it has been woken since that poll began.
    RunningAndWoken,
}

/// A task, as far as its workers and wakers have to agree about it.
///
/// Each method is one step: nobody comes in between. (In the runtime, each is an atomic operation on one word.)
struct Task {
    state: Cell<State>,
}

impl Task {
    /// A new task waits to be woken for the first time.
    fn new() -> Self {
        Task {
            state: Cell::new(State::Idle),
        }
    }

    /// Somebody wakes it. `true`: the caller must put it into a queue, from where any worker may take it.
    fn wake(&self) -> bool {
        match self.state.get() {
            State::Idle => {
                self.state.set(State::Queued);
                true
            }
            State::Running => {
                self.state.set(State::RunningAndWoken);
                false
            }
            State::Queued | State::RunningAndWoken => false,
        }
    }

    /// A worker has taken it out of a queue, and polls it from here on.
    fn begin_poll(&self) {
        self.state.set(State::Running);
    }

    /// The poll is over, and the task is not done. `true`: the caller must put it into a queue.
    fn end_poll(&self) -> bool {
        let woken = self.state.get() == State::RunningAndWoken;
        self.state.set(State::Idle);
        woken
    }
}

#[cfg(test)]
mod check;
