//! Caught by: an_unpark_before_the_park_is_kept
//!
//! "Whom nobody waits for needs no waking." It is the first thing that one writes, and it works as long as the waiter happens to be
//! early. A thread that has looked, found nothing, and was then told before it could lie down, sleeps for ever.

use std::cell::Cell;

/// What `park` and `unpark` know of a thread.
#[derive(Default)]
struct Parker {
    /// Whether the thread waits in `park`, and is in no queue.
    waiting: Cell<bool>,
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
        if self.waiting.replace(false) {
            enqueue();
        }
    }
}

#[cfg(test)]
mod check;
