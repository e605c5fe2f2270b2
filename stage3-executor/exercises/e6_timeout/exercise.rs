//! Exercise 3.6: a time limit for any future. The task is in README.md.
#![allow(unused, reason = "until `timeout` is written")]

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
    let value = future.await;
    Ok(value) // however long it took
}

#[cfg(test)]
mod check;
