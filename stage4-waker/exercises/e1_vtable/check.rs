//! Counts references. There are so many to spare that a mistake is a number, and not a crash.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::task::Waker;

use stage1_green_threads::course::{check, expect_eq};

use super::Bell;

/// A clone of a waker is a second owner.
#[test]
fn a_clone_owns_a_reference_of_its_own() {
    check(|_| {
        let (bell, waker) = counted();
        let _clone = ManuallyDrop::new(Waker::clone(&waker));
        let owned = bell.owned_by_wakers();
        assert!(
            owned == 2,
            "clone() was called: there are two wakers now, and together they own {owned} reference(s)\n\
             to the bell. Each of them will give one back when it goes, so each must own one. With\n\
             too few, the bell is freed while a waker still points to it; with too many, it is never\n\
             freed."
        );
    });
}

/// `wake` takes the waker, and with it the waker's reference.
#[test]
fn wake_rings_and_gives_its_reference_back() {
    check(|_| {
        let (bell, waker) = counted();
        ManuallyDrop::into_inner(waker).wake();
        expect_eq(
            bell.rings(),
            1,
            "wake() was called, and the bell has not rung once",
        );
        let owned = bell.owned_by_wakers();
        assert!(
            owned == 0,
            "wake() took the only waker and rang the bell; afterwards {owned} reference(s) belong to\n\
             no waker at all. wake() takes the waker by value: the vtable's `drop` is not called for\n\
             it, so `wake` itself must give the waker's reference back, and no more than that."
        );
    });
}

/// `wake_by_ref` leaves the waker as it was.
#[test]
fn wake_by_ref_rings_and_keeps_its_reference() {
    check(|_| {
        let (bell, waker) = counted();
        waker.wake_by_ref();
        waker.wake_by_ref();
        expect_eq(
            bell.rings(),
            2,
            "wake_by_ref() was called twice: it must ring each time",
        );
        let owned = bell.owned_by_wakers();
        assert!(
            owned == 1,
            "wake_by_ref() was called twice, and the waker is still there; but wakers own {owned}\n\
             reference(s) now, not 1. An `Arc` that `wake_by_ref` makes from the pointer gives a\n\
             reference back when it goes out of scope: one that the waker will give back again when\n\
             it is dropped. That is a double free."
        );
    });
}

/// `drop` gives back what the waker owned, and wakes nobody.
#[test]
fn drop_gives_its_reference_back_and_does_not_ring() {
    check(|_| {
        let (bell, waker) = counted();
        drop(ManuallyDrop::into_inner(waker));
        expect_eq(
            bell.rings(),
            0,
            "a waker was dropped, and the bell rang: nobody had woken anything",
        );
        let owned = bell.owned_by_wakers();
        assert!(
            owned == 0,
            "the only waker was dropped; afterwards {owned} reference(s) belong to no waker at all.\n\
             What is not given back is a leak: the task and its future are never freed."
        );
    });
}

/// A bell that is never freed, however many references are given back.
struct Counted(Arc<Bell>);

/// How many references are there to spare.
const SPARE: usize = 100;

/// A bell, and a waker that is only dropped if a check says so: so even an unfinished vtable cannot panic while it unwinds.
fn counted() -> (Counted, ManuallyDrop<Waker>) {
    let bell = Arc::new(Bell::default());
    for _ in 0..SPARE {
        std::mem::forget(bell.clone());
    }
    let waker = ManuallyDrop::new(bell.clone().waker());
    (Counted(bell), waker)
}

impl Counted {
    fn rings(&self) -> usize {
        self.0.rings()
    }

    /// All references but the spare ones and ours. Below 0: more were given back than there were.
    fn owned_by_wakers(&self) -> isize {
        Arc::strong_count(&self.0) as isize - SPARE as isize - 1
    }
}
