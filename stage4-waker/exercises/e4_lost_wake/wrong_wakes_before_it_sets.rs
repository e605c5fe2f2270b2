//! Caught by: who_is_woken_finds_the_flag_set
//!
//! The poll is mended. But `set` takes the waker first, "so that nobody leaves one in between", and the task is back before the flag is.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

/// Set once, by any thread. One task waits for it.
#[derive(Default)]
struct Flag {
    is_set: AtomicBool,
    waiter: WakerCell,
}

impl Flag {
    /// A flag that is not set.
    fn new() -> Self {
        Flag::default()
    }

    /// Sets the flag, and wakes the task that waits for it.
    fn set(&self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.wake();
        }
        self.is_set.store(true, Ordering::Release);
    }

    /// Ready once the flag is set. Until then the waker of `cx` is left to be woken.
    fn poll_set(&self, cx: &Context<'_>) -> Poll<()> {
        if self.is_set.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.waiter.leave(cx.waker());
        // Whoever sets the flag from here on finds the waker. Who set it before that may have found none.
        if self.is_set.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

/// A place for one waker, to be left and taken by different threads: each of the two is one step. (Given; leave it as it is.)
#[derive(Default)]
struct WakerCell(Mutex<Option<Waker>>);

impl WakerCell {
    /// Leaves a waker in the place of the one that is there.
    fn leave(&self, waker: &Waker) {
        // Cloned before the lock: a waker is somebody else's code.
        let waker = waker.clone();
        let old = self.0.lock().unwrap().replace(waker);
        drop(old);
    }

    /// Takes the waker out.
    fn take(&self) -> Option<Waker> {
        self.0.lock().unwrap().take()
    }
}

#[cfg(test)]
mod check;
