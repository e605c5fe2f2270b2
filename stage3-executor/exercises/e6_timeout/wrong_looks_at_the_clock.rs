//! Caught by: it_fires_although_nothing_else_happens
//!
//! It compares the clock at each poll, which is right whenever there is a poll. But nobody has been asked
//! to come back at the deadline: without a timer, the next poll is when something else happens.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use stage3_executor::time;

#[derive(Debug, PartialEq)]
struct Elapsed;

async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let deadline = time::now() + limit;
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending if time::now() >= deadline => Poll::Ready(Err(Elapsed)),
        Poll::Pending => Poll::Pending,
    })
    .await
}

#[cfg(test)]
mod check;
