//! A waker by hand: the four functions of its vtable.
#![allow(unused, reason = "until somebody rings")]

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
    todo!("make a second waker for the bell at {data:?}: what must it own?")
}

/// `waker.wake()`: rings, and the waker is gone afterwards.
unsafe fn wake(data: *const ()) {
    todo!("ring the bell at {data:?}. This waker ends here.")
}

/// `waker.wake_by_ref()`: rings, and the waker is still there afterwards.
unsafe fn wake_by_ref(data: *const ()) {
    todo!("ring the bell at {data:?}. This waker goes on.")
}

/// `drop(waker)`: the waker goes without having rung.
unsafe fn drop_waker(data: *const ()) {
    todo!("this waker of the bell at {data:?} is gone: what did it own?")
}

#[cfg(test)]
mod check;
