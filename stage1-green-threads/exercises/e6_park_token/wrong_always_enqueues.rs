//! Caught by: a_thread_is_enqueued_once_and_only_if_it_waits
//!
//! The token is right, and the queue is not: whoever is told that it can go on is put there. A thread that was not waiting is
//! there already, or running; now it has two turns a round, and its next wait for anything else ends too early.

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether `unpark` was called, and no `park` has taken notice of it yet.
    token: Cell<bool>,
}

impl Parker {
    /// Waits for an `unpark`, or for none if one has come since the last `park`. The thread itself calls it.
    ///
    /// `suspend` ends the thread's turn. It comes back when the thread was put into the queue and its next turn has come.
    fn park(&self, suspend: impl FnOnce()) {
        if !self.token.get() {
            suspend();
        }
        self.token.set(false);
    }

    /// Wakes the thread from its `park`, or from its next one. Anybody may call it, at any time.
    ///
    /// `enqueue` puts the thread into the queue.
    fn unpark(&self, enqueue: impl FnOnce()) {
        self.token.set(true);
        enqueue();
    }
}

#[cfg(test)]
mod check;
