//! What a coroutine promises: values in and out, its end, panics.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

#[test]
fn values_travel_both_ways() {
    let mut coroutine = Coroutine::new(|suspender, first: String| {
        let second: String = suspender.suspend(first.len());
        let third: String = suspender.suspend(second.len());
        third
    })
    .unwrap();
    assert_eq!(coroutine.resume("a".into()), CoroutineState::Yielded(1));
    assert_eq!(coroutine.resume("bc".into()), CoroutineState::Yielded(2));
    let end = coroutine.resume("d".into());
    assert_eq!(end, CoroutineState::Complete("d".into()));
    assert!(coroutine.is_complete());
}

#[test]
#[should_panic(expected = "this coroutine is complete")]
fn a_complete_coroutine_cannot_be_resumed() {
    let mut coroutine = Coroutine::<(), (), ()>::new(|_, ()| ()).unwrap();
    coroutine.resume(());
    coroutine.resume(());
}

#[test]
fn the_panic_of_a_wrong_resume_names_the_place_that_calls_it() {
    thread_local!(static FILE: RefCell<String> = RefCell::default());
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        FILE.set(info.location().unwrap().file().to_owned());
        hook(info);
    }));
    let mut coroutine = Coroutine::<(), (), ()>::new(|_, ()| ()).unwrap();
    coroutine.resume(());
    catch_unwind(AssertUnwindSafe(|| coroutine.resume(()))).unwrap_err();
    assert_eq!(FILE.take(), file!());
}

#[test]
fn a_panic_goes_on_in_the_resumer_and_completes_the_coroutine() {
    let mut coroutine = Coroutine::<(), (), ()>::new(|suspender, ()| {
        suspender.suspend(());
        std::panic::resume_unwind(Box::new("carried"));
    })
    .unwrap();
    coroutine.resume(());
    let payload = catch_unwind(AssertUnwindSafe(|| coroutine.resume(()))).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"carried"));
    assert!(coroutine.is_complete());
}

#[test]
fn a_coroutine_can_catch_its_own_panic_and_go_on() {
    let mut coroutine = Coroutine::<(), bool, ()>::new(|suspender, ()| {
        let caught = catch_unwind(|| std::panic::resume_unwind(Box::new(1))).is_err();
        suspender.suspend(caught);
    })
    .unwrap();
    assert_eq!(coroutine.resume(()), CoroutineState::Yielded(true));
    assert_eq!(coroutine.resume(()), CoroutineState::Complete(()));
}

#[test]
fn coroutines_resume_coroutines() {
    let mut outer = Coroutine::new(|outer, mut number: u64| {
        let mut inner = Coroutine::<u64, u64, ()>::new(|inner, mut number: u64| {
            loop {
                number = inner.suspend(number * 10);
            }
        })
        .unwrap();
        loop {
            let CoroutineState::Yielded(product) = inner.resume(number) else {
                return;
            };
            number = outer.suspend(product + 1);
        }
    })
    .unwrap();
    for number in 0..100 {
        let expected = CoroutineState::Yielded(number * 10 + 1);
        assert_eq!(outer.resume(number), expected);
    }
}

#[test]
fn a_closure_larger_than_a_stack_is_fine() {
    let large = [7_u8; 100_000];
    let mut coroutine = Coroutine::<(), (), usize>::new(move |_, ()| {
        large.iter().map(|byte| usize::from(*byte)).sum()
    })
    .unwrap();
    assert_eq!(coroutine.resume(()), CoroutineState::Complete(700_000));
}

/// Sixteen numbers of each kind are alive across each switch, more than a call must preserve.
#[test]
fn registers_survive_a_switch() {
    fn mix(seed: u64, mut switch: impl FnMut()) -> (u64, f64) {
        let mut words: [u64; 16] = std::array::from_fn(|i| black_box(seed * 31 + i as u64));
        let mut floats: [f64; 16] = std::array::from_fn(|i| black_box((seed + i as u64) as f64));
        for round in 0..50 {
            switch();
            for i in 0..16 {
                words[i] = words[i].rotate_left(7) ^ words[(i + 1) % 16] ^ round;
                floats[i] = floats[i].mul_add(0.5, floats[(i + 3) % 16] + 1.0);
            }
        }
        (words.iter().fold(0, |a, b| a ^ b), floats.iter().sum())
    }
    let mut coroutine =
        Coroutine::<(), (), _>::new(|suspender, ()| mix(2, || suspender.suspend(()))).unwrap();
    let mut there = None;
    let here = mix(1, || {
        if let CoroutineState::Complete(result) = coroutine.resume(()) {
            there = Some(result);
        }
    });
    if let CoroutineState::Complete(result) = coroutine.resume(()) {
        there = Some(result);
    }
    assert_eq!(here, mix(1, || ()));
    assert_eq!(there, Some(mix(2, || ())));
}

#[test]
fn a_coroutine_that_never_ran_drops_its_closure() {
    let witness = Rc::new(Cell::new(0));
    let inside = Rc::clone(&witness);
    drop(Coroutine::<(), (), ()>::new(move |_, ()| inside.set(1)).unwrap());
    assert_eq!((Rc::strong_count(&witness), witness.get()), (1, 0));
}

/// Uses at least two KiB of stack for each level.
#[inline(never)]
fn deep(levels: usize, at_the_bottom: &dyn Fn()) {
    let frame = black_box([0_u8; 2048]);
    match levels {
        0 => at_the_bottom(),
        _ => deep(levels - 1, at_the_bottom),
    }
    black_box(frame);
}

#[test]
fn a_panic_deep_on_a_stack_that_has_grown_before_is_carried_all_the_same() {
    // The second coroutine gets the stack of the first, which can be touched much further down than a
    // new one.
    for panics in [false, true, true] {
        let mut coroutine = Coroutine::new(move |_: &Suspender<(), ()>, ()| {
            deep(3, &|| {
                if panics {
                    resume_unwind(Box::new("at the bottom"));
                }
            });
        })
        .unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| coroutine.resume(())));
        assert_eq!(result.is_err(), panics);
    }
}
