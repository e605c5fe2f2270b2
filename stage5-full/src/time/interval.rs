//! Ticks at regular times, and what becomes of those that were missed.
//!
//! ```text
//!   planned    0    1    2    3    4    5    6
//!   the task is busy ────────────┐
//!   Burst      0    1            │2345    6       at once, until it has caught up
//!   Delay      0    1            │2    3    4     a full period after each tick
//!   Skip       0    1            │2  4    5       the missed ones are left out
//! ```

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{Instant, Sleep, now, sleep_until};

/// What an [`Interval`] does when a tick comes late, by more than 5 ms: timers are never quite in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissedTickBehavior {
    /// The missed ticks come at once, one after the other, until the interval has caught up.
    #[default]
    Burst,
    /// The next tick comes a period after the late one.
    Delay,
    /// The missed ticks are left out; the next one comes at the next multiple of the period.
    Skip,
}

/// A tick that is late by no more than this has not been missed.
const TOLERANCE: Duration = Duration::from_millis(5);

impl MissedTickBehavior {
    /// When the next tick is due, after one that was due at `due` has come at `now`.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        let late = now.saturating_duration_since(due);
        match self {
            _ if late <= TOLERANCE => later(due, period),
            MissedTickBehavior::Burst => later(due, period),
            MissedTickBehavior::Delay => later(now, period),
            MissedTickBehavior::Skip => {
                let into_period = late.as_nanos() % period.as_nanos();
                later(now, period - duration_from_nanos(into_period))
            }
        }
    }
}

/// The moment that comes so much later; if the clock cannot hold it, one that is as good as never.
fn later(moment: Instant, duration: Duration) -> Instant {
    const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    let later = moment.checked_add(duration);
    later.unwrap_or_else(|| moment + THIRTY_YEARS)
}

fn duration_from_nanos(nanos: u128) -> Duration {
    Duration::new(
        (nanos / 1_000_000_000) as u64,
        (nanos % 1_000_000_000) as u32,
    )
}

/// Ticks at regular times; made by [`interval`].
#[derive(Debug)]
pub struct Interval {
    sleep: Sleep,
    period: Duration,
    missed: MissedTickBehavior,
}

/// Ticks now and then once every `period`.
///
/// # Panics
///
/// If the period is zero.
///
/// # Examples
///
/// ```
/// use stage5_full::time::interval;
/// use std::time::Duration;
///
/// # stage5_full::runtime::Runtime::new().unwrap().block_on(async {
/// let mut interval = interval(Duration::from_millis(2));
/// let first = interval.tick().await;
/// let second = interval.tick().await;
/// assert_eq!(second - first, Duration::from_millis(2));
/// # });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(now(), period)
}

/// Ticks at `start` and then once every `period`.
///
/// # Panics
///
/// If the period is zero.
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "the period of an interval is not zero");
    Interval {
        sleep: sleep_until(start),
        period,
        missed: MissedTickBehavior::default(),
    }
}

impl Interval {
    /// Waits for the next tick, and returns when it was due.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped, no tick is lost.
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    /// What [`tick`](Self::tick) is made of.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.sleep).poll(cx));
        let due = self.sleep.deadline();
        self.sleep.reset(self.missed.next(due, now(), self.period));
        Poll::Ready(due)
    }

    /// The next tick comes a period from now.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// The next tick comes at once.
    pub fn reset_immediately(&mut self) {
        self.reset_at(now());
    }

    /// The next tick comes after `duration`, the ones after it at the distance of a period again.
    pub fn reset_after(&mut self, duration: Duration) {
        self.reset_at(later(now(), duration));
    }

    /// The next tick comes at `deadline`, the ones after it at the distance of a period again.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.sleep.reset(deadline);
    }

    /// The time from one tick to the next.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// What becomes of missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Decides what becomes of missed ticks.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }
}

#[cfg(all(test, not(stages_loom)))]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// The next tick, in ms, after one that was due at 10 ms and came at `came` ms, with a period of 10 ms.
    fn next(behavior: MissedTickBehavior, came: u32) -> u128 {
        let zero = Instant::now();
        let next = behavior.next(zero + 10 * MS, zero + came * MS, 10 * MS);
        (next - zero).as_millis()
    }

    #[test]
    fn a_tick_in_time_is_followed_by_one_a_period_later() {
        for behavior in [
            MissedTickBehavior::Burst,
            MissedTickBehavior::Delay,
            MissedTickBehavior::Skip,
        ] {
            assert_eq!(next(behavior, 10), 20);
        }
    }

    #[test]
    fn missed_ticks_come_in_a_burst_or_delayed_or_not_at_all() {
        assert_eq!(next(MissedTickBehavior::Burst, 34), 20);
        assert_eq!(next(MissedTickBehavior::Delay, 34), 44);
        assert_eq!(next(MissedTickBehavior::Skip, 34), 40);
        assert_eq!(next(MissedTickBehavior::Skip, 30), 40);
    }

    #[test]
    fn a_tick_that_is_a_little_late_has_not_been_missed() {
        assert_eq!(next(MissedTickBehavior::Delay, 15), 20);
        assert_eq!(next(MissedTickBehavior::Delay, 16), 26);
    }

    #[test]
    fn a_period_that_the_clock_cannot_hold_is_as_good_as_never() {
        let now = Instant::now();
        for behavior in [MissedTickBehavior::Burst, MissedTickBehavior::Delay] {
            assert!(behavior.next(now, now + 10 * MS, Duration::MAX) > now + 1_000_000_000 * MS);
        }
    }
}
