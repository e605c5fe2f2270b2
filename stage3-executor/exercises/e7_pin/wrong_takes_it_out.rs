//! Caught by: it_stays_where_it_was_polled
//!
//! The future is taken out to be polled and put back if it is not done, as one does with an enum's state.
//! That is two moves, between two polls of a future that was pinned: a pointer that it has to itself now
//! points to where it was. The compiler was told that all is well, with `unsafe`, and believes it.

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
        let Some(mut future) = this.future.take() else {
            return Poll::Pending;
        };
        // SAFETY: (wrong) it does not stay on this stack.
        let polled = unsafe { Pin::new_unchecked(&mut future) }.poll(cx);
        if polled.is_pending() {
            this.future = Some(future);
        }
        polled
    }
}

#[cfg(test)]
mod check;
