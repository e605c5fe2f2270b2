//! Caught by: two_unparks_leave_one_token
//!
//! Nothing is lost if everything is counted: this is a semaphore. But "look again" needs no counting. Ten `unpark`s while a thread is
//! busy become ten `park`s that do not wait, and a thread that looks ten times for nothing.

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether the thread waits in `park`, and is in no queue.
    waiting: Cell<bool>,
    /// How many `unpark`s no `park` has taken notice of yet.
    tokens: Cell<usize>,
}

impl Parker {
    /// Waits for an `unpark`, or for none if one has come since the last `park`. The thread itself calls it.
    ///
    /// `suspend` ends the thread's turn. It comes back when the thread was put into the queue and its next turn has come.
    fn park(&self, suspend: impl FnOnce()) {
        if self.tokens.get() == 0 {
            self.waiting.set(true);
            suspend();
        }
        self.tokens.set(self.tokens.get() - 1);
    }

    /// Wakes the thread from its `park`, or from its next one. Anybody may call it, at any time.
    ///
    /// `enqueue` puts the thread into the queue.
    fn unpark(&self, enqueue: impl FnOnce()) {
        self.tokens.set(self.tokens.get() + 1);
        if self.waiting.replace(false) {
            enqueue();
        }
    }
}

#[cfg(test)]
mod check;
