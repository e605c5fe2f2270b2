//! Exercise 3.6: a time limit for any future. The task is in README.md.
// starter| #![allow(unused, reason = "until `timeout` is written")]
// starter end

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use stage3_executor::time::sleep;

/// The limit was reached before the future was done.
#[derive(Debug, PartialEq)]
struct Elapsed;

/// Gives `future` so much time: its value, or `Elapsed` as soon as the time is over.
async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    // starter| let value = future.await;
    // starter| Ok(value) // however long it took
    let (mut future, mut over) = (pin!(future), pin!(sleep(limit)));
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        over.as_mut().poll(cx).map(|()| Err(Elapsed))
    })
    .await
    // starter end
}

#[cfg(test)]
mod check;
