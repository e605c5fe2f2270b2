//! Exercise 3.3: two futures as one, ready when both are. The task is in README.md.
// starter| #![allow(unused, reason = "until `join` is written")]
// starter end

use std::future::poll_fn;
use std::task::Poll;

/// Polls both futures until both are done; gives both values.
async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    // starter| todo!("poll `a` and `b`, each until it is done")
    let (mut a, mut b) = (Some(Box::pin(a)), Some(Box::pin(b)));
    let (mut a_value, mut b_value) = (None, None);
    poll_fn(|cx| {
        if let Some(waiting) = &mut a
            && let Poll::Ready(value) = waiting.as_mut().poll(cx)
        {
            a_value = Some(value);
            a = None;
        }
        if let Some(waiting) = &mut b
            && let Poll::Ready(value) = waiting.as_mut().poll(cx)
        {
            b_value = Some(value);
            b = None;
        }
        match (&a, &b) {
            (None, None) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
    a_value.zip(b_value).expect("both are done")
    // starter end
}

#[cfg(test)]
mod check;
