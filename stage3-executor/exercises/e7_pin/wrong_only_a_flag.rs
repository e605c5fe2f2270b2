//! Caught by: it_is_dropped_as_soon_as_it_is_done
//!
//! A flag says that it is done, so it is never polled again, and never moved. It is not dropped either:
//! what it holds stays open until the `Fuse` is dropped, and a `Fuse` is made for being kept.

use std::pin::Pin;
use std::task::{Context, Poll};

fn fuse<F: Future>(future: F) -> Fuse<F> {
    let done = false;
    Fuse { future, done }
}

struct Fuse<F> {
    future: F,
    done: bool,
}

impl<F: Future> Future for Fuse<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved through this reference.
        let this = unsafe { self.get_unchecked_mut() };
        if this.done {
            return Poll::Pending;
        }
        // SAFETY: `Fuse` was pinned, and its future with it.
        let polled = unsafe { Pin::new_unchecked(&mut this.future) }.poll(cx);
        this.done = polled.is_ready();
        polled
    }
}

#[cfg(test)]
mod check;
