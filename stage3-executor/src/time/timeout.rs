//! A future with a time limit.
//!
//! This is `race(future, sleep)` with two differences: it says who won, and it is a `struct` that
//! holds the future in place. An `async fn` would hold it twice, as its argument and as the local
//! that the argument is moved to for pinning, and a task that waits should be small. The price is a
//! *pin projection*, see [`Timeout::poll`](struct.Timeout.html#impl-Future-for-Timeout<F>).

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::sleep::{Sleep, sleep_until};
use super::{Instant, deadline_after};

/// Gives `future` so much time, counted from this call: its result, or [`Elapsed`].
///
/// The future is polled first: if it is done, it has won, however late it is.
///
/// # Errors
///
/// [`Elapsed`] if the time is over before the future is done.
///
/// # Cancel safety
///
/// Dropping it drops the future. When the time is over the future is not dropped at once, but
/// together with the `Timeout`; `.await` drops it as it returns.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, time::{sleep, timeout}};
/// use std::time::Duration;
///
/// Executor::new()?.block_on(async {
///     let quick = timeout(Duration::from_secs(60), async { 42 });
///     assert_eq!(quick.await, Ok(42));
///     let slow = timeout(Duration::from_millis(1), sleep(Duration::from_secs(60)));
///     assert!(slow.await.is_err());
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    timeout_at(deadline_after(duration), future)
}

/// Gives `future` until `deadline`; otherwise as [`timeout`].
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout {
        future: future.into_future(),
        sleep: sleep_until(deadline),
    }
}

/// The future that [`timeout`] and [`timeout_at`] return.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Timeout<F> {
    /// Pinned with the whole: never moved out, and dropped in place by the compiler's own code.
    future: F,
    /// Not pinned with the whole: a `Sleep` may be moved at any time.
    sleep: Sleep,
}

impl<F> Timeout<F> {
    /// The future that has the limit.
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// The future that has the limit.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.future
    }

    /// Takes the limit away.
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the reference is only used to reach the two fields, nothing is moved through it.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and `future` is pinned with it: no code here moves it, there is
        // no `Drop` of `Timeout` that could, it is not `repr(packed)`, and `Timeout` is `Unpin` only
        // if `F` is (by the auto trait, as `F` is a field).
        let future = unsafe { Pin::new_unchecked(&mut this.future) };
        if let Poll::Ready(value) = future.poll(cx) {
            return Poll::Ready(Ok(value));
        }
        this.sleep.poll_elapsed(cx).map(|()| Err(Elapsed(())))
    }
}

/// The time was over before the future was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> Self {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
