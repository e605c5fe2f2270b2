//! Caught by: what_is_done_is_dropped_and_not_polled_again
//!
//! The values are kept and nobody is polled twice; but both futures live until the end of the function.
//! A connection that one of them holds stays open, and a lock stays taken, until the other is done too.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut a_value, mut b_value) = (None, None);
    poll_fn(|cx| {
        if a_value.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(cx)
        {
            a_value = Some(value);
        }
        if b_value.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(cx)
        {
            b_value = Some(value);
        }
        if a_value.is_some() && b_value.is_some() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
    a_value.zip(b_value).expect("both are done")
}

#[cfg(test)]
mod check;
