//! Exercise 3.7: a future that can be polled for ever, pinned in place. The task is in README.md.
#![allow(unused, reason = "until `poll` is written")]

use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs `future`; when that is done it is dropped, and every later poll returns `Pending`.
fn fuse<F: Future>(future: F) -> Fuse<F> {
    let future = Some(future);
    Fuse { future }
}

/// The future that `fuse` returns. It holds `future` in place: there is no box.
struct Fuse<F> {
    future: Option<F>,
}

impl<F: Future> Future for Fuse<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        todo!("project the pin, and poll what is there")
    }
}

#[cfg(test)]
mod check;
