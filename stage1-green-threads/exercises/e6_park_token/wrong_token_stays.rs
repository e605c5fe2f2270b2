//! Caught by: a_woken_park_has_used_the_token_up
//!
//! The token is taken where `park` returns at once. Where it has waited, "the `unpark` was for this `park`, and that is done". But
//! `unpark` has left a token all the same, and the next `park` finds it.

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether the thread waits in `park`, and is in no queue.
    waiting: Cell<bool>,
    /// Whether `unpark` was called, and no `park` has taken notice of it yet.
    token: Cell<bool>,
}

impl Parker {
    /// Waits for an `unpark`, or for none if one has come since the last `park`. The thread itself calls it.
    ///
    /// `suspend` ends the thread's turn. It comes back when the thread was put into the queue and its next turn has come.
    fn park(&self, suspend: impl FnOnce()) {
        if self.token.replace(false) {
            return;
        }
        self.waiting.set(true);
        suspend();
    }

    /// Wakes the thread from its `park`, or from its next one. Anybody may call it, at any time.
    ///
    /// `enqueue` puts the thread into the queue.
    fn unpark(&self, enqueue: impl FnOnce()) {
        self.token.set(true);
        if self.waiting.replace(false) {
            enqueue();
        }
    }
}

#[cfg(test)]
mod check;
