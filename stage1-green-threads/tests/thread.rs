//! Green threads with std's names: join, park, names.

use std::cell::Cell;
use std::rc::Rc;

use stage1_green_threads::{Builder, current, park, run, spawn, yield_now};

#[test]
fn join_returns_the_result() {
    assert_eq!(run(|| spawn(|| 7).join().unwrap()), 7);
}

#[test]
fn join_returns_a_panic_and_siblings_go_on() {
    run(|| {
        let bad = spawn(|| std::panic::resume_unwind(Box::new("bad")));
        let good = spawn(|| {
            yield_now();
            "good"
        });
        let payload: Box<dyn std::any::Any + Send> = match bad.join() {
            Ok(()) => unreachable!("it has panicked"),
            Err(payload) => payload,
        };
        assert_eq!(payload.downcast_ref(), Some(&"bad"));
        assert_eq!(good.join().unwrap(), "good");
    });
}

#[test]
fn an_unpark_before_park_is_kept_as_one_token() {
    run(|| {
        current().unpark();
        current().unpark();
        park(); // Returns at once: there was a token.
        let me = current();
        let woken = Rc::new(Cell::new(false));
        let flag = Rc::clone(&woken);
        spawn(move || {
            flag.set(true);
            me.unpark();
        });
        park(); // There was only one: this waits.
        assert!(woken.get());
    });
}

#[test]
fn an_unpark_does_not_end_a_join() {
    run(|| {
        let me = current();
        let slow = spawn(move || {
            me.unpark();
            yield_now();
            yield_now();
            3
        });
        assert_eq!(slow.join().unwrap(), 3);
        park(); // The token is still there.
    });
}

#[test]
fn an_unpark_after_the_end_does_nothing() {
    let thread = run(|| {
        let handle = spawn(|| ());
        let thread = handle.thread();
        handle.join().unwrap();
        thread.unpark();
        thread
    });
    thread.unpark();
    run(move || thread.unpark());
}

#[test]
fn threads_have_names_and_numbers_of_their_own() {
    run(|| {
        assert_eq!(current().name(), Some("main"));
        let named = Builder::new().name("worker".to_owned());
        let named = named.spawn(|| (current().id(), current().name().map(str::to_owned)));
        let named = named.unwrap();
        let id = named.thread().id();
        assert_eq!(named.join().unwrap(), (id, Some("worker".to_owned())));
        assert_eq!(spawn(|| current().name().is_none()).join().ok(), Some(true));
        assert_ne!(current().id(), id);
    });
}

#[test]
fn a_handle_that_is_dropped_lets_the_thread_run_on() {
    let ran = Rc::new(Cell::new(false));
    let flag = Rc::clone(&ran);
    run(move || {
        drop(spawn(move || flag.set(true)));
        yield_now();
    });
    assert!(ran.get());
}

#[test]
fn is_finished_tells_whether_join_would_wait() {
    run(|| {
        let handle = spawn(|| ());
        assert!(!handle.is_finished());
        yield_now();
        assert!(handle.is_finished());
    });
}

#[test]
fn green_threads_yield_from_inside_a_coroutine_of_their_own() {
    use stage1_green_threads::{Coroutine, CoroutineState};
    run(|| {
        let other = spawn(|| (0..3).for_each(|_| yield_now()));
        let mut coroutine = Coroutine::<(), (), u32>::new(|suspender, ()| {
            yield_now();
            suspender.suspend(());
            yield_now();
            9
        })
        .unwrap();
        assert_eq!(coroutine.resume(()), CoroutineState::Yielded(()));
        assert_eq!(coroutine.resume(()), CoroutineState::Complete(9));
        other.join().unwrap();
    });
}
