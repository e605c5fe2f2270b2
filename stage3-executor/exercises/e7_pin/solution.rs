//! Exercise 3.7: a future that can be polled for ever, pinned in place. The task is in README.md.
// starter| #![allow(unused, reason = "until `poll` is written")]
// starter end

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
        // starter| todo!("project the pin, and poll what is there")
        // SAFETY: a pin projection: `future` is pinned because `Fuse` is. No code here moves it out of the
        // pin, there is no `Drop` of `Fuse`, and `Fuse` is `Unpin` only if `F` is.
        let mut future = unsafe { self.map_unchecked_mut(|fuse| &mut fuse.future) };
        let Some(waiting) = future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let polled = waiting.poll(cx);
        if polled.is_ready() {
            // Drops the future where it is.
            future.set(None);
        }
        polled
        // starter end
    }
}

#[cfg(test)]
mod check;
