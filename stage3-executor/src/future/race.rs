//! Waiting for the first of two futures.
//!
//! ```text
//!     poll of race(a, b):   poll a -> Ready(v)             drop a, drop b, Ready(v)
//!                           poll a -> Pending, poll b ...  the same for b, or Pending
//! ```
//!
//! The loser is dropped, once, in the same poll that has found a winner: a dropped future is how
//! Rust cancels. Whatever the loser had begun and not finished ends here, so it should be *cancel
//! safe*: each operation in this crate says whether it is.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Polls `a`, then `b`, until one is done; returns its result and drops the other.
///
/// If both could be done in the same poll, `a` wins, and `b` is not polled. Where the results have
/// different types, `async` blocks can turn both into one `enum`.
///
/// # Cancel safety
///
/// Dropping it drops both futures.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, future::{race, yield_now}};
///
/// let slow = async {
///     yield_now().await;
///     "slow"
/// };
/// let winner = Executor::new()?.block_on(race(slow, async { "fast" }));
/// assert_eq!(winner, "fast");
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn race<T>(a: impl Future<Output = T>, b: impl Future<Output = T>) -> T {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| match a.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(value),
        Poll::Pending => b.as_mut().poll(cx),
    })
    .await
}
