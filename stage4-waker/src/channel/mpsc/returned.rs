//! Slots on their way back from the receiver to the senders.
//!
//! ```text
//!            count of slots            wanted: a sender waits
//!   ┌──────────────────────────────────────┬───┐
//!   │ give_back: + 1      collect: = 0     │ w │  want: = 1    unwant: = 0
//!   └──────────────────────────────────────┴───┘
//! ```
//!
//! Both are in one word, so of a receiver that gives a slot back and a sender that begins to wait, the second one sees
//! the first: a sender that waits is never left with a slot that nobody hands out.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

use crate::sync::AtomicUsize;

#[cfg(all(test, stages_loom))]
mod model;

const WANTED: usize = 1;
const ONE: usize = 2;

// Ordering: a slot is a number and publishes nothing; what it is used for is under the channel's lock. So Relaxed is enough
// for all of these; that each is one step in the word's order is what matters.
#[derive(Default)]
pub(super) struct Returned(AtomicUsize);

impl Returned {
    /// The receiver gives one back. True if a sender waits: then the caller hands it out.
    pub(super) fn give_back(&self) -> bool {
        self.0.fetch_add(ONE, Relaxed) & WANTED != 0
    }

    /// Takes all that were given back, under the channel's lock.
    pub(super) fn collect(&self) -> usize {
        // The usual case of none costs no read-modify-write.
        if self.count() == 0 {
            return 0;
        }
        self.0.fetch_and(WANTED, Relaxed) / ONE
    }

    /// A sender has joined the queue of those who wait. True if slots were given back before: then the caller hands
    /// them out.
    pub(super) fn want(&self) -> bool {
        let slots = self.0.fetch_or(WANTED, Relaxed) / ONE;
        slots > 0 && !cfg!(stages_mutant = "want_ignores_what_was_returned_before")
    }

    /// No sender waits any more, under the channel's lock.
    pub(super) fn unwant(&self) {
        self.0.fetch_and(!WANTED, Relaxed);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.load(Relaxed) / ONE
    }
}

impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Returned").field(&self.count()).finish()
    }
}
