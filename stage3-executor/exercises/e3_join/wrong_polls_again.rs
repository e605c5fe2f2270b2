//! Caught by: what_is_done_is_dropped_and_not_polled_again
//!
//! It waits for a poll in which both happen to be ready. If one is done before the other, its value is
//! thrown away, and it is polled again.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| match (a.as_mut().poll(cx), b.as_mut().poll(cx)) {
        (Poll::Ready(a), Poll::Ready(b)) => Poll::Ready((a, b)),
        _ => Poll::Pending,
    })
    .await
}

#[cfg(test)]
mod check;
