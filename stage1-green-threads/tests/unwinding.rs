//! What becomes of a suspended coroutine that is dropped, and the corners of unwinding.

mod common;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use common::{in_a_child, stderr};
use stage1_green_threads::{Coroutine, CoroutineState};

/// Says when it is dropped.
struct Guard(&'static str, Rc<RefCell<Vec<&'static str>>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A coroutine that is suspended with two guards on its stack.
fn suspended(log: &Rc<RefCell<Vec<&'static str>>>) -> Coroutine<(), (), ()> {
    let log = Rc::clone(log);
    let mut coroutine = Coroutine::<(), (), ()>::new(move |suspender, ()| {
        let _outer = Guard("outer", Rc::clone(&log));
        let _inner = Guard("inner", log);
        suspender.suspend(());
    })
    .unwrap();
    assert_eq!(coroutine.resume(()), CoroutineState::Yielded(()));
    coroutine
}

#[test]
fn dropping_a_suspended_coroutine_runs_its_destructors() {
    let log = Rc::default();
    drop(suspended(&log));
    assert_eq!(*log.borrow(), ["inner", "outer"]);
}

#[test]
fn a_suspended_coroutine_can_be_dropped_while_another_panic_is_under_way() {
    let log = Rc::default();
    let coroutine = suspended(&log);
    let result = catch_unwind(AssertUnwindSafe(move || {
        let _coroutine = coroutine;
        std::panic::resume_unwind(Box::new("first"));
    }));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"first"));
    assert_eq!(*log.borrow(), ["inner", "outer"]);
    assert!(!std::thread::panicking());
}

#[test]
fn a_coroutine_suspended_inside_another_unwinds_with_it() {
    let log = Rc::default();
    let inner = suspended(&log);
    let mut outer = Coroutine::<(), (), ()>::new(move |suspender, ()| {
        let _inner = inner;
        suspender.suspend(());
    })
    .unwrap();
    outer.resume(());
    drop(outer);
    assert_eq!(*log.borrow(), ["inner", "outer"]);
}

#[test]
fn a_swallowed_unwinding_is_raised_again() {
    let swallowed = Rc::new(Cell::new(0));
    let count = Rc::clone(&swallowed);
    let mut coroutine = Coroutine::<(), (), ()>::new(move |suspender, ()| {
        for _ in 0..2 {
            let caught = catch_unwind(AssertUnwindSafe(|| suspender.suspend(())));
            count.set(count.get() + u32::from(caught.is_err()));
        }
        suspender.suspend(());
    })
    .unwrap();
    coroutine.resume(());
    drop(coroutine);
    assert_eq!((swallowed.get(), Rc::strong_count(&swallowed)), (2, 1));
}

#[test]
fn swallowing_the_unwinding_three_times_aborts_with_a_message() {
    let Some(output) = in_a_child("swallowing_the_unwinding_three_times_aborts_with_a_message")
    else {
        let mut coroutine = Coroutine::<(), (), ()>::new(|suspender, ()| {
            loop {
                let _ = catch_unwind(AssertUnwindSafe(|| suspender.suspend(())));
            }
        })
        .unwrap();
        coroutine.resume(());
        drop(coroutine);
        return;
    };
    assert!(!output.status.success());
    let expected = "has caught the unwinding and suspended again 3 times";
    assert!(stderr(&output).contains(expected), "{output:?}");
}

#[test]
fn suspending_while_unwinding_aborts_with_a_message() {
    let Some(output) = in_a_child("suspending_while_unwinding_aborts_with_a_message") else {
        let mut coroutine = Coroutine::<(), (), ()>::new(|suspender, ()| {
            let _guard = OnDrop(|| suspender.suspend(()));
            panic!("the first");
        })
        .unwrap();
        coroutine.resume(());
        return;
    };
    assert!(!output.status.success());
    let expected = "a coroutine suspended while it was unwinding";
    assert!(stderr(&output).contains(expected), "{output:?}");
}

#[test]
fn a_destructor_of_an_unwinding_resumer_may_drive_a_coroutine() {
    let sum = Rc::new(Cell::new(0));
    let inside = Rc::clone(&sum);
    let result = catch_unwind(AssertUnwindSafe(move || {
        let _guard = OnDrop(move || {
            let mut coroutine = Coroutine::<u32, u32, ()>::new(|suspender, mut number| {
                loop {
                    number = suspender.suspend(number + 1);
                }
            })
            .unwrap();
            for number in 0..3 {
                if let CoroutineState::Yielded(next) = coroutine.resume(number) {
                    inside.set(inside.get() + next);
                }
            }
        });
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err());
    assert_eq!(sum.get(), 6);
}

#[test]
fn a_coroutine_may_panic_while_its_resumer_unwinds() {
    let caught = Rc::new(Cell::new(false));
    let inside = Rc::clone(&caught);
    let result = catch_unwind(AssertUnwindSafe(move || {
        let _guard = OnDrop(move || {
            let mut coroutine = Coroutine::<(), (), ()>::new(|_, ()| {
                std::panic::resume_unwind(Box::new("its own"))
            })
            .unwrap();
            let result = catch_unwind(AssertUnwindSafe(|| coroutine.resume(())));
            inside.set(result.is_err_and(|payload| payload.is::<&str>()));
        });
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err_and(|payload| payload.is::<()>()));
    assert!(caught.get());
    assert!(!std::thread::panicking());
}

#[test]
fn a_panic_that_was_hidden_by_its_resumers_aborts_when_it_comes_to_light() {
    let name = "a_panic_that_was_hidden_by_its_resumers_aborts_when_it_comes_to_light";
    let Some(output) = in_a_child(name) else {
        // An abort prints a whole backtrace; under a sanitizer that takes more stack than a coroutine has by default.
        let mut coroutine = Coroutine::<(), (), ()>::with_stack_size(1 << 20, |suspender, ()| {
            let _guard = OnDrop(|| suspender.suspend(()));
            panic!("its own");
        })
        .unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let coroutine = &mut coroutine;
            // This suspend cannot be told from one without a panic of the coroutine's.
            let _guard = OnDrop(|| assert_eq!(coroutine.resume(()), CoroutineState::Yielded(())));
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(result.is_err());
        // The resumer's panic is over, so that the coroutine's stands alone.
        coroutine.resume(());
        return;
    };
    assert!(!output.status.success());
    let expected = "a coroutine suspended while it was unwinding";
    assert!(stderr(&output).contains(expected), "{output:?}");
}

#[test]
fn a_panic_of_its_own_while_it_is_dropped_goes_on_in_the_dropper() {
    let mut coroutine = Coroutine::<(), (), ()>::new(|suspender, ()| {
        let _ = catch_unwind(AssertUnwindSafe(|| suspender.suspend(())));
        std::panic::resume_unwind(Box::new("its own"));
    })
    .unwrap();
    coroutine.resume(());
    let payload = catch_unwind(AssertUnwindSafe(|| drop(coroutine))).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"its own"));
}
