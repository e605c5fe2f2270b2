//! Caught by: polls_in_between_do_not_move_the_deadline
//!
//! The closure runs at every poll, so every poll begins a new sleep. A future that is polled now and then,
//! which is the rule where others are busy, gets all of its time again with each poll.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use stage3_executor::time::{Sleep, sleep};

#[derive(Debug, PartialEq)]
struct Elapsed;

async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut over: Option<Sleep> = None;
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        if let Some(over) = over.as_mut()
            && pin!(over).poll(cx).is_ready()
        {
            return Poll::Ready(Err(Elapsed));
        }
        let over = over.insert(sleep(limit));
        pin!(over).poll(cx).map(|()| Err(Elapsed))
    })
    .await
}

#[cfg(test)]
mod check;
