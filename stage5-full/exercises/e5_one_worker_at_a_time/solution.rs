//! Exercise 5.5: two workers never poll one task at once.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

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
    // starter| // Is something missing?
    /// A worker polls it, and it has been woken since that poll began.
    RunningAndWoken,
    // starter end
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
        // starter| todo!("where is it now, and who will see to it that it is polled once more?")
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
        // starter end
    }

    /// A worker has taken it out of a queue, and polls it from here on.
    fn begin_poll(&self) {
        // starter| todo!("what was it, and what is it?")
        self.state.set(State::Running);
        // starter end
    }

    /// The poll is over, and the task is not done. `true`: the caller must put it into a queue.
    fn end_poll(&self) -> bool {
        // starter| todo!("has it been woken meanwhile?")
        let woken = self.state.get() == State::RunningAndWoken;
        self.state
            .set(if woken { State::Queued } else { State::Idle });
        woken
        // starter end
    }
}

#[cfg(test)]
mod check;
