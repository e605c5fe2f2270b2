//! How many operations one poll may still complete before it must let others run.
//!
//! A socket that always has data, or a channel that is never empty, would let one task loop for
//! ever inside a single poll: nothing in it ever returns `Pending`. So whoever polls a task gives it
//! a *budget*, and every leaf future (sockets, timers, channels) takes one from it when it completes
//! something. When nothing is left, the leaf returns `Pending` although it could go on, having woken
//! its own task first: the task goes to the end of the queue.
//!
//! ```text
//!     with_budget(3, || task.poll(cx))
//!       read  -> Ready     2 left
//!       read  -> Ready     1 left
//!       write -> Pending   1 left       only what completes is counted
//!       read  -> Ready     0 left
//!       read  -> Pending   the task's waker was called; the next poll has a new budget
//! ```
//!
//! The count belongs to the thread, not to the task: a poll never moves to another thread, so one
//! cell per thread is enough and costs one access per operation. Outside [`with_budget`] there is no
//! limit. A loop that computes and never awaits a leaf cannot be stopped in this way (nor in any
//! other: futures are cooperative).

use std::cell::Cell;
use std::task::{Context, Poll, ready};

use crate::time::spare;

/// What the cell holds outside [`with_budget`].
const UNLIMITED: u32 = u32::MAX;

thread_local! {
    static REMAINING: Cell<u32> = const { Cell::new(UNLIMITED) };
}

/// Runs `poll` with a budget of so many operations; returns what it returned, and how many of the
/// operations it completed. The budget that was in force before comes back, also after a panic.
/// With the poll ends what lasts for one poll only: a spare timer (see `time/spare.rs`).
///
/// # Examples
///
/// ```
/// use stage3_executor::budget;
///
/// let (value, spent) = budget::with_budget(128, || {
///     budget::spend();
///     "done"
/// });
/// assert_eq!((value, spent), ("done", 1));
/// ```
pub fn with_budget<R>(operations: u32, poll: impl FnOnce() -> R) -> (R, u32) {
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            REMAINING.set(self.0);
            spare::cancel();
        }
    }
    let _restore = Restore(REMAINING.replace(operations));
    let result = poll();
    (result, operations.saturating_sub(REMAINING.get()))
}

/// `Ready` if the poll that is under way may complete another operation. If not, the task is woken
/// (it will be polled again, after others) and this is `Pending`.
///
/// A leaf future calls this first and [`spend`] when it completes; [`operation`] does both.
#[inline]
pub fn poll_ready(cx: &mut Context<'_>) -> Poll<()> {
    REMAINING.with(|remaining| check(remaining, cx))
}

/// Whether a poll with a budget is under way.
pub(crate) fn is_limited() -> bool {
    REMAINING.get() != UNLIMITED
}

/// Takes one from the budget: an operation has completed.
#[inline]
pub fn spend() {
    REMAINING.with(take_one);
}

/// One operation of a leaf future: refused if the budget is used up, counted if it completes.
pub fn operation<T>(
    cx: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    REMAINING.with(|remaining| {
        ready!(check(remaining, cx));
        let value = ready!(poll(cx));
        take_one(remaining);
        Poll::Ready(value)
    })
}

#[inline]
fn check(remaining: &Cell<u32>, cx: &Context<'_>) -> Poll<()> {
    if remaining.get() > 0 {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

#[inline]
fn take_one(remaining: &Cell<u32>) {
    let left = remaining.get();
    if left != UNLIMITED {
        remaining.set(left.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;
    use std::task::Waker;

    fn operations_until_pending() -> usize {
        let mut cx = Context::from_waker(Waker::noop());
        (0..1000)
            .take_while(|_| operation(&mut cx, |_| Poll::Ready(())).is_ready())
            .count()
    }

    #[test]
    fn a_poll_completes_as_many_operations_as_its_budget_allows() {
        assert_eq!(with_budget(5, operations_until_pending), (5, 5));
        assert_eq!(with_budget(0, operations_until_pending), (0, 0));
    }

    #[test]
    fn outside_a_budget_there_is_no_limit() {
        assert_eq!(operations_until_pending(), 1000);
    }

    #[test]
    fn what_stays_pending_costs_nothing() {
        let mut cx = Context::from_waker(Waker::noop());
        let poll = || operation(&mut cx, |_| Poll::<()>::Pending).is_pending();
        assert_eq!(with_budget(5, poll), (true, 0));
    }

    #[test]
    fn a_budget_within_a_budget_gives_the_outer_one_back() {
        let (inner, spent) = with_budget(7, || with_budget(2, operations_until_pending));
        assert_eq!((inner, spent), ((2, 2), 0));
    }

    #[test]
    fn a_panic_gives_the_budget_back() {
        let panicked = catch_unwind(|| with_budget(0, || panic!("in the poll")));
        assert!(panicked.is_err());
        assert_eq!(operations_until_pending(), 1000);
    }
}
