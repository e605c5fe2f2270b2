//! Whoever walks the stack of a running coroutine arrives in its resumer.
//!
//! (On Windows the walk ends at the coroutine's first frame.)
#![cfg(not(windows))]

mod common;

use std::backtrace::Backtrace;

use stage1_green_threads::{Coroutine, CoroutineState};

#[inline(never)]
fn the_function_that_resumes(coroutine: &mut Coroutine<(), String, String>) -> String {
    match coroutine.resume(()) {
        CoroutineState::Yielded(text) | CoroutineState::Complete(text) => text,
    }
}

#[inline(never)]
fn the_function_that_resumes_again(coroutine: &mut Coroutine<(), String, String>) -> String {
    let text = the_function_that_resumes(coroutine);
    std::hint::black_box(text)
}

fn walk() -> String {
    Backtrace::force_capture().to_string()
}

#[test]
fn a_backtrace_in_a_coroutine_continues_into_its_resumer() {
    if common::sanitized() {
        return; // Its walks end where a stack does that it does not know, and need a larger one.
    }
    let mut coroutine = Coroutine::new(|suspender, ()| {
        suspender.suspend(walk());
        walk()
    })
    .unwrap();
    let first = the_function_that_resumes(&mut coroutine);
    assert!(first.contains("the_function_that_resumes"), "{first}");
    assert!(first.contains("a_backtrace_in_a_coroutine"), "{first}");
    // The second walk leaves by where it was resumed this time.
    let second = the_function_that_resumes_again(&mut coroutine);
    assert!(
        second.contains("the_function_that_resumes_again"),
        "{second}"
    );
}

#[test]
fn a_backtrace_crosses_every_coroutine_on_its_way() {
    if common::sanitized() {
        return; // As above.
    }
    let mut outer = Coroutine::<(), String, String>::new(|_, ()| {
        let mut inner = Coroutine::<(), String, String>::new(|_, ()| walk()).unwrap();
        the_function_that_resumes_again(&mut inner)
    })
    .unwrap();
    let text = the_function_that_resumes(&mut outer);
    let trampolines = text.matches("machine::trampoline").count();
    assert_eq!(trampolines, 2, "{text}");
    assert!(text.contains("a_backtrace_crosses_every"), "{text}");
}
