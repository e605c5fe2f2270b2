//! Exercise 1.6: waiting for a wake-up that may have come already. The task is in README.md.
// starter| #![allow(unused, reason = "until the token is there")]
// starter end

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether the thread waits in `park`, and is in no queue.
    waiting: Cell<bool>,
    // starter| // What else must be remembered?
    /// Whether `unpark` was called, and no `park` has taken notice of it yet.
    token: Cell<bool>,
    // starter end
}

impl Parker {
    /// Waits for an `unpark`, or for none if one has come since the last `park`. The thread itself calls it.
    ///
    /// `suspend` ends the thread's turn. It comes back when the thread was put into the queue and its next turn has come.
    fn park(&self, suspend: impl FnOnce()) {
        // starter| self.waiting.set(true);
        // starter| suspend();
        if !self.token.get() {
            self.waiting.set(true);
            suspend();
        }
        self.token.set(false);
        // starter end
    }

    /// Wakes the thread from its `park`, or from its next one. Anybody may call it, at any time.
    ///
    /// `enqueue` puts the thread into the queue.
    fn unpark(&self, enqueue: impl FnOnce()) {
        // starter| enqueue();
        self.token.set(true);
        if self.waiting.replace(false) {
            enqueue();
        }
        // starter end
    }
}

#[cfg(test)]
mod check;
