//! A waker by hand: the pointer and the four functions that every [`Waker`] is.
//!
//! ```text
//!    Waker ──► RawWaker ┌ data   ──► Arc<Flag>, as a raw pointer: one reference count
//!                       └ vtable ──► clone        one count more
//!                                    wake         sets the flag, gives its count back
//!                                    wake_by_ref  sets the flag, keeps its count
//!                                    drop         gives its count back
//! ```
//!
//! Stage 2's reactor was generic over what it unparks. A `Waker` is that parameter with its type erased: a pointer of which
//! only the vtable knows what is behind it. So a reactor of one author can wake the tasks of another's executor. The price is that the
//! reference counts are ours to keep: each `Waker` owns one, so `clone` makes one, and `wake` and `drop`, which take the
//! waker away, each give one back. Forget one and memory leaks; give one back twice and it is freed under
//! somebody's feet.
//!
//! The tasks of this stage let `futures-task`'s [`ArcWake`](futures_task::ArcWake) write this vtable. Its
//! `waker_ref` even lends a waker to a poll without taking a count. std's [`Wake`](std::task::Wake) writes it too, and has no such loan.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What these wakers wake: it counts.
#[derive(Debug, Default)]
pub struct Flag(AtomicUsize);

impl Flag {
    /// A waker for this flag. It holds the flag alive.
    pub fn waker(self: Arc<Self>) -> Waker {
        let data = Arc::into_raw(self).cast();
        // SAFETY: the functions of the vtable take `data` for what it is, an `Arc<Flag>` turned raw, whose count the
        // waker owns, and keep the counts as `RawWakerVTable` asks for. `Flag` is `Send + Sync`.
        unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
    }

    /// How often it was woken.
    pub fn wakes(&self) -> usize {
        // Ordering: Acquire sees what was done before the wakes that are counted.
        self.0.load(Ordering::Acquire)
    }

    fn set(&self) {
        // Ordering: Release hands over what was done before the wake.
        self.0.fetch_add(1, Ordering::Release);
    }
}

// region: vtable
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` came from `Arc::into_raw`, and the waker that is cloned holds a count, so it is alive.
    unsafe { Arc::increment_strong_count(data.cast::<Flag>()) };
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: as above, and the waker ends here: its count becomes this `Arc`, which gives it back.
    let flag = unsafe { Arc::from_raw(data.cast::<Flag>()) };
    flag.set();
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as above, but the waker stays: its count must not be given back, so this `Arc` is not dropped.
    let flag = unsafe { ManuallyDrop::new(Arc::from_raw(data.cast::<Flag>())) };
    flag.set();
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: as in `wake`.
    drop(unsafe { Arc::from_raw(data.cast::<Flag>()) });
}
// endregion: vtable

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_waker_owns_one_count() {
        let flag = Arc::new(Flag::default());
        let waker = flag.clone().waker();
        assert_eq!(Arc::strong_count(&flag), 2);
        let other = waker.clone();
        assert_eq!(Arc::strong_count(&flag), 3);
        drop(other);
        assert_eq!(Arc::strong_count(&flag), 2);
        drop(waker);
        assert_eq!(Arc::strong_count(&flag), 1);
    }

    #[test]
    fn wake_gives_its_count_back_and_wake_by_ref_keeps_it() {
        let flag = Arc::new(Flag::default());
        let waker = flag.clone().waker();
        waker.wake_by_ref();
        assert_eq!((flag.wakes(), Arc::strong_count(&flag)), (1, 2));
        waker.wake();
        assert_eq!((flag.wakes(), Arc::strong_count(&flag)), (2, 1));
    }

    #[test]
    fn a_waker_outlives_whoever_made_it_and_crosses_threads() {
        let flag = Arc::new(Flag::default());
        let weak = Arc::downgrade(&flag);
        let waker = flag.waker();
        let copy = waker.clone();
        std::thread::spawn(move || copy.wake()).join().unwrap();
        assert_eq!(weak.upgrade().unwrap().wakes(), 1);
        drop(waker);
        assert!(weak.upgrade().is_none());
    }

    #[test]
    fn a_clone_wakes_the_same() {
        let waker = Arc::new(Flag::default()).waker();
        assert!(waker.will_wake(&waker.clone()));
        assert!(!waker.will_wake(&Arc::new(Flag::default()).waker()));
    }
}
