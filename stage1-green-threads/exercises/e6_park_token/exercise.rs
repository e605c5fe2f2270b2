//! Exercise 1.6: waiting for a wake-up that may have come already. The task is in README.md.
#![allow(unused, reason = "until the token is there")]

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether the thread waits in `park`, and is in no queue.
    waiting: Cell<bool>,
    // What else must be remembered?
}

impl Parker {
    /// Waits for an `unpark`, or for none if one has come since the last `park`. The thread itself calls it.
    ///
    /// `suspend` ends the thread's turn. It comes back when the thread was put into the queue and its next turn has come.
    fn park(&self, suspend: impl FnOnce()) {
        self.waiting.set(true);
        suspend();
    }

    /// Wakes the thread from its `park`, or from its next one. Anybody may call it, at any time.
    ///
    /// `enqueue` puts the thread into the queue.
    fn unpark(&self, enqueue: impl FnOnce()) {
        enqueue();
    }
}

#[cfg(test)]
mod check;
