//! What the peers share: a join handle whose task is known not to fail, and a yield for those that have none.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Awaits a handle whose output is a `Result`, and unwraps it.
pub struct Join<H>(pub H);

impl<T, E: Debug, H: Future<Output = Result<T, E>> + Unpin> Future for Join<H> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|joined| joined.expect("the task does not fail"))
    }
}

/// Wakes itself and is pending once: behind the other tasks, where wakes queue up in order.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
