//! Waiting for all of several futures.
//!
//! ```text
//!     poll of join(a, b):   a waiting, b waiting   -> poll a, poll b   -> Pending
//!                           a done,    b waiting   ->         poll b   -> Pending
//!                           a done,    b done      ->                     Ready((a, b))
//! ```
//!
//! A future is dropped as soon as it is done: it must not be polled again, and what it holds (a
//! socket, a lock) should not wait for its siblings.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// Polls both futures until both are done; returns both results.
///
/// # Cancel safety
///
/// Dropping it drops both futures, and the result of one that was already done is lost.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, future::join};
///
/// let both = Executor::new()?.block_on(join(async { 1 }, async { "two" }));
/// assert_eq!(both, (1, "two"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(Some(a)), pin!(Some(b)));
    let (mut a_result, mut b_result) = (None, None);
    poll_fn(|cx| {
        let a_done = poll_once_until_done(a.as_mut(), &mut a_result, cx);
        let b_done = poll_once_until_done(b.as_mut(), &mut b_result, cx);
        if a_done && b_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    a_result
        .zip(b_result)
        .expect("what is done has left a result")
}

/// Polls every future until all are done; returns the results in the futures' order.
///
/// Each time it is polled, it polls every future that is not done: with `n` futures that are woken
/// one by one that is about `n²/2` polls. For many futures, spawn tasks.
///
/// # Cancel safety
///
/// Dropping it drops all the futures, and the results of those that were already done are lost.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, future::join_all};
///
/// let all = Executor::new()?.block_on(join_all((0..4).map(|n| async move { n * n })));
/// assert_eq!(all, [0, 1, 4, 9]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn join_all<I>(futures: I) -> Vec<<I::Item as Future>::Output>
where
    I: IntoIterator,
    I::Item: Future,
{
    let mut waiting: Vec<_> = futures.into_iter().map(|f| Box::pin(Some(f))).collect();
    let mut results: Vec<_> = waiting.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut all_done = true;
        for (future, result) in waiting.iter_mut().zip(&mut results) {
            all_done &= poll_once_until_done(future.as_mut(), result, cx);
        }
        if all_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    results.into_iter().flatten().collect()
}

/// Polls the future unless it is done already; if this makes it done, keeps its result and drops it.
/// Returns whether it is done.
fn poll_once_until_done<F: Future>(
    mut future: Pin<&mut Option<F>>,
    result: &mut Option<F::Output>,
    cx: &mut Context<'_>,
) -> bool {
    let Some(waiting) = future.as_mut().as_pin_mut() else {
        return true;
    };
    let Poll::Ready(value) = waiting.poll(cx) else {
        return false;
    };
    *result = Some(value);
    future.set(None);
    true
}
