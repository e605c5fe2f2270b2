//! Caught by: both_are_polled_from_the_beginning
//!
//! `ready!` returns from the surrounding closure if `a` is pending; the lines below it, which would poll
//! `b`, are reached only when `a` is done.

use std::future::poll_fn;
use std::task::{Poll, ready};

async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (Some(Box::pin(a)), Some(Box::pin(b)));
    let (mut a_value, mut b_value) = (None, None);
    poll_fn(|cx| {
        if let Some(waiting) = &mut a {
            a_value = Some(ready!(waiting.as_mut().poll(cx)));
            a = None;
        }
        if let Some(waiting) = &mut b {
            b_value = Some(ready!(waiting.as_mut().poll(cx)));
            b = None;
        }
        Poll::Ready(a_value.take().zip(b_value.take()).expect("both are done"))
    })
    .await
}

#[cfg(test)]
mod check;
