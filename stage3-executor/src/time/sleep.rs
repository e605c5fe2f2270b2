//! The leaf future for time.
//!
//! ```text
//!     not polled yet --poll--> set at the reactor of the polling thread --fires--> elapsed
//!           ^                                  |
//!           +------------- reset --------------+       dropped: the timer leaves its reactor,
//!                                                       or moves on to the next sleep (`spare.rs`)
//! ```
//!
//! Before its first poll a sleep is a number. Then it belongs to the reactor that was current at
//! that poll, and stays there, even if its task is later polled by another thread.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use stage2_reactor::Timer;

use super::{Instant, deadline_after, now, spare};
use crate::budget;
use crate::reactor::TaskWaker;

/// Waits until `duration` has passed, counted from this call.
///
/// # Cancel safety
///
/// Dropping it takes its timer out of the reactor, at the end of the poll that drops it at the latest; there is nothing
/// else to lose.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, time};
/// use std::time::Duration;
///
/// Executor::new()?.block_on(async {
///     let before = time::now();
///     time::sleep(Duration::from_millis(5)).await;
///     assert!(time::now() - before >= Duration::from_millis(5));
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(deadline_after(duration))
}

/// Waits until the reactor's clock has reached `deadline`.
///
/// # Cancel safety
///
/// As for [`sleep`].
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep {
        deadline,
        timer: None,
    }
}

/// The future that [`sleep`] and [`sleep_until`] return.
///
/// # Panics
///
/// Its first poll panics outside any runtime: no reactor would ever fire it.
#[must_use = "futures do nothing unless polled"]
pub struct Sleep {
    deadline: Instant,
    /// Set at the first poll.
    timer: Option<Timer<TaskWaker>>,
}

impl Sleep {
    /// When it is done.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether the deadline has been reached.
    pub fn is_elapsed(&self) -> bool {
        now() >= self.deadline
    }

    /// Changes the deadline; a sleep that was done already waits again.
    ///
    /// Whoever waits for it needs not be told: it must be polled again after this, as any future
    /// that has been changed.
    pub fn reset(&mut self, deadline: Instant) {
        self.deadline = deadline;
        if let Some(timer) = &mut self.timer {
            timer.reset(deadline);
        }
    }

    /// As `poll`, outside the budget: a time limit must be noticed even if what it limits uses all
    /// of the budget in each poll.
    pub(super) fn poll_elapsed(&mut self, cx: &Context<'_>) -> Poll<()> {
        let waiter = TaskWaker::from_ref(cx.waker());
        let elapsed = match &mut self.timer {
            Some(timer) => timer.poll(waiter),
            None => {
                let deadline = self.deadline;
                let timer = self.timer.insert(spare::take_or_make(deadline));
                timer.reset_and_poll(deadline, waiter)
            }
        };
        match elapsed {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        budget::operation(cx, |cx| self.poll_elapsed(cx))
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            spare::leave(timer);
        }
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline)
            .field("polled", &self.timer.is_some())
            .finish()
    }
}
