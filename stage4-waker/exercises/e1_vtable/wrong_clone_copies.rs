//! Caught by: a_clone_owns_a_reference_of_its_own
//!
//! `RawWaker` is two words, and copying them looks like a clone. The new waker owns nothing, and gives back what it never had.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What these wakers wake. It counts how often it is rung.
#[derive(Debug, Default)]
struct Bell(AtomicUsize);

impl Bell {
    /// A waker that rings this bell. It owns the reference that it is made of.
    fn waker(self: Arc<Self>) -> Waker {
        let data = Arc::into_raw(self).cast();
        // SAFETY: the functions of the vtable take `data` for an `Arc<Bell>` turned raw, of which the waker owns one reference.
        unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
    }

    /// Rings it once.
    fn ring(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// How often it was rung.
    fn rings(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// `waker.clone()`: makes a second waker.
unsafe fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &VTABLE)
}

/// `waker.wake()`: rings, and the waker is gone afterwards.
unsafe fn wake(data: *const ()) {
    // SAFETY: as above. The waker's reference becomes this `Arc`, which gives it back.
    let bell = unsafe { Arc::from_raw(data.cast::<Bell>()) };
    bell.ring();
}

/// `waker.wake_by_ref()`: rings, and the waker is still there afterwards.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as above. To look at the bell, no reference is needed but the one that the waker keeps.
    let bell = unsafe { &*data.cast::<Bell>() };
    bell.ring();
}

/// `drop(waker)`: the waker goes without having rung.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: as in `wake`.
    drop(unsafe { Arc::from_raw(data.cast::<Bell>()) });
}

#[cfg(test)]
mod check;
