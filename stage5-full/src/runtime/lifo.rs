//! The LIFO slot: the task that was woken last, to be run next.
//!
//! A task that sends something to another and then waits for the answer wakes that other one. If the other
//! runs next, on the same core, what was sent is still in the cache. So a woken task goes into this slot, and the
//! one that was there moves to the queue's tail.
//!
//! ```text
//!            owner: put                        owner or rescuer: take
//!   EMPTY ───────────────► FULL ───────────────────────────────────────► TAKEN
//!     ▲      write, store          compare-and-swap: the claim             │
//!     └────────────────────────────────────────────────────────────────────┘
//!                          read, then store
//! ```
//!
//! Its owner alone fills it. A worker that rescues one that is held in a long poll may empty it: what was woken just
//! before a long computation should not have to wait for its end.
//!
//! Invariant: in `EMPTY` the value cell is the owner's, in `FULL` nobody's, in `TAKEN` the one's who made it so.

use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::sync::{AtomicU8, UnsafeCell};

#[cfg(all(test, stages_loom))]
mod model;

const EMPTY: u8 = 0;
const FULL: u8 = 1;
const TAKEN: u8 = 2;

/// A new slot: the end of its owner and the end of rescuers.
pub(crate) fn slot<T: Send>() -> (LifoSlot<T>, Rescue<T>) {
    let slot = Arc::new(Slot {
        state: AtomicU8::new(EMPTY),
        value: UnsafeCell::new(MaybeUninit::uninit()),
    });
    let owner = LifoSlot {
        slot: slot.clone(),
        one_thread: PhantomData,
    };
    (owner, Rescue(slot))
}

/// The owner's end. It can be sent to another thread, but not shared or cloned.
pub(crate) struct LifoSlot<T> {
    slot: Arc<Slot<T>>,
    one_thread: PhantomData<std::cell::Cell<()>>,
}

/// The rescuers' end.
pub(crate) struct Rescue<T>(Arc<Slot<T>>);

struct Slot<T> {
    state: AtomicU8,
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T: Send> LifoSlot<T> {
    /// Puts a value in, and returns one that must go to the queue: the one that was in the slot; or, if a rescuer
    /// is taking that one just now, the new one.
    pub(crate) fn put(&self, value: T) -> Option<T> {
        let before = self.take();
        // Ordering: Acquire, so that a rescuer has finished reading what we write over.
        if self.slot.state.load(Acquire) != EMPTY {
            return Some(value);
        }
        self.slot.value.with_mut(|cell| {
            // SAFETY: in `EMPTY` the cell is the owner's, which we are, on one thread; it holds nothing.
            unsafe { (*cell).write(value) };
        });
        // Ordering: Release publishes the cell to whoever claims it.
        self.slot.state.store(FULL, Release);
        before
    }

    /// Takes the value out.
    pub(crate) fn take(&self) -> Option<T> {
        self.slot.take()
    }

    /// Whether there is a value to take.
    pub(crate) fn is_full(&self) -> bool {
        self.slot.state.load(Relaxed) == FULL
    }
}

impl<T: Send> Rescue<T> {
    /// Whether there was something in it a moment ago.
    pub(crate) fn is_full(&self) -> bool {
        // Ordering: Relaxed: it is a hint, and the claim decides.
        self.0.state.load(Relaxed) == FULL
    }

    /// Takes the value out.
    pub(crate) fn take(&self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Slot<T> {
    fn take(&self) -> Option<T> {
        // The usual case costs no read-modify-write.
        if self.state.load(Relaxed) != FULL || !self.claim() {
            return None;
        }
        // SAFETY: the slot was full and we have claimed it, so the value is ours, once.
        let value = self
            .value
            .with(|cell| unsafe { (*cell).assume_init_read() });
        // Ordering: Release, so that the owner writes the next value after we have read this one.
        self.state.store(EMPTY, Release);
        Some(value)
    }

    fn claim(&self) -> bool {
        if cfg!(stages_mutant = "lifo_claims_without_exchange") {
            self.state.swap(TAKEN, Acquire);
            return true;
        }
        // Ordering: Acquire sees the value that the owner wrote.
        self.state
            .compare_exchange(FULL, TAKEN, Acquire, Relaxed)
            .is_ok()
    }
}

// SAFETY: the slot hands each value over from its owner's thread to that of whoever claimed it; `state` says whose
// the cell is.
unsafe impl<T: Send> Sync for Slot<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Slot<T> {}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl<T> fmt::Debug for LifoSlot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LifoSlot").field(&self.slot.state).finish()
    }
}

impl<T> fmt::Debug for Rescue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rescue").field(&self.0.state).finish()
    }
}
