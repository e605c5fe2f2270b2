//! Caught by: who_waits_sleeps
//!
//! The hang is gone: to be sure, each poll asks for the next one. It shows as a core that is always busy.

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
        // Ordering: Release hands over what was done before. Who leaves a waker too late for the `take` below has its lock after us,
        // and so sees the flag.
        self.is_set.store(true, Ordering::Release);
        if let Some(waiter) = self.waiter.take() {
            waiter.wake();
        }
    }

    /// Ready once the flag is set. Until then the waker of `cx` is left to be woken.
    fn poll_set(&self, cx: &Context<'_>) -> Poll<()> {
        if self.is_set.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.waiter.leave(cx.waker());
        cx.waker().wake_by_ref();
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
