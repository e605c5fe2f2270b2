//! Caught by: it_is_dropped_where_it_was_polled
//!
//! It is polled in place, and taken out only when it is done. But `take` moves it, and it is dropped
//! elsewhere. A pinned value must stay where it is until its destructor has run: a timer or a lock may
//! have a pointer to a part of it, which the destructor takes out of a list.

use std::pin::Pin;
use std::task::{Context, Poll};

fn fuse<F: Future>(future: F) -> Fuse<F> {
    let future = Some(future);
    Fuse { future }
}

struct Fuse<F> {
    future: Option<F>,
}

impl<F: Future> Future for Fuse<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: (wrong) the future is moved below.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(future) = this.future.as_mut() else {
            return Poll::Pending;
        };
        // SAFETY: `Fuse` was pinned, and its future with it.
        let polled = unsafe { Pin::new_unchecked(future) }.poll(cx);
        if polled.is_ready() {
            drop(this.future.take());
        }
        polled
    }
}

#[cfg(test)]
mod check;
