//! The checks of exercise 3.1.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::{After, after};
use stage1_green_threads::course::{check, expect_eq};

/// One poll: what it returned, or the text of its panic.
fn poll<T: Unpin>(future: &mut After<T>) -> Result<Poll<T>, String> {
    let mut cx = Context::from_waker(Waker::noop());
    let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(future).poll(&mut cx)));
    polled.map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap_or(&"")).to_owned(),
    })
}

/// `after(0, …)` gives its value at its first poll.
#[test]
fn without_turns_it_is_ready_at_once() {
    check(|seed| match poll(&mut after(0, seed)) {
        Ok(Poll::Ready(value)) => expect_eq(value, seed, "its value is the one that it was given"),
        Ok(Poll::Pending) => panic!("the first poll of after(0, …) returned Pending, not Ready"),
        Err(text) => panic!("the first poll of after(0, …) panicked: {text}"),
    });
}

/// `after(n, …)` returns `Pending` to its first n polls, and its value to the next.
#[test]
fn it_is_pending_once_for_each_turn() {
    check(|seed| {
        for turns in [1, 2, 3 + (seed % 10) as usize] {
            it_takes(turns);
        }
    });
}

fn it_takes(turns: usize) {
    let mut future = after(turns, "tea");
    for number in 1..=turns {
        match poll(&mut future) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(_)) => panic!(
                "poll {number} of after({turns}, …) returned Ready, and was to return Pending: the other\n\
                 tasks have a turn only when it does"
            ),
            Err(text) => panic!("poll {number} of after({turns}, …) panicked:\n  {text}"),
        }
    }
    let next = poll(&mut future);
    expect_eq(
        next,
        Ok(Poll::Ready("tea")),
        format_args!(
            "after({turns}, …) has returned Pending {turns} time(s). What is needed later must be in the\n\
             future then: a local variable is gone by the next poll. What the next poll gave:"
        ),
    );
}

/// A poll after `Ready` is a mistake of the caller's, and it learns that by a panic.
#[test]
fn polling_it_after_ready_panics_and_says_so() {
    check(|_| {
        let mut future = after(0, "tea");
        expect_eq(
            poll(&mut future),
            Ok(Poll::Ready("tea")),
            "this was the first poll",
        );
        match poll(&mut future) {
            Err(text) => assert!(
                text.contains("polled after"),
                "the poll after Ready panicked with {text:?}: whoever has made the mistake cannot tell\n\
                 which; say that it was \"polled after it was ready\""
            ),
            Ok(Poll::Pending) => panic!(
                "the poll after Ready returned Pending: whoever polls it again by mistake now waits for\n\
                 ever, and nothing says why"
            ),
            Ok(Poll::Ready(_)) => {
                panic!("the poll after Ready gave a value again: it had only one")
            }
        }
    });
}
