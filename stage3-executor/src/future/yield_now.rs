//! A future that is done at its second poll.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::budget;

/// Lets the other tasks run: `Pending` once (having asked for another poll), then `Ready`.
///
/// # Cancel safety
///
/// There is nothing to lose.
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future that [`yield_now`] returns.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        // Counted as an operation: an executor that looks at the budget to learn whether a task got
        // on (this stage's does) must not take a task that yields for one that waits.
        budget::spend();
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
