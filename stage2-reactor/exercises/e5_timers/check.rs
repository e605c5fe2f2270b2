//! A clock that stands still until it is moved.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stage1_green_threads::course::check;

use super::Timers;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Whoever is due is woken, in the order of the deadlines, and nobody else.
#[test]
fn the_earliest_comes_first() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut timers = Timers::new();
        let mut deadlines = Vec::new();
        // Each in a millisecond of its own.
        for slot in 0..20 {
            deadlines.push(ms(10 * slot) + Duration::from_micros(random.random_range(0..9_000)));
        }
        let first = random.random_range(0..20);
        deadlines.rotate_left(first);
        for deadline in &deadlines {
            timers.set(*deadline, *deadline);
        }
        let now = ms(random.random_range(0..200));
        let woken = timers.expire(now);
        deadlines.sort();
        let due: Vec<_> = deadlines
            .into_iter()
            .filter(|deadline| *deadline <= now)
            .collect();
        assert!(
            woken == due,
            "at {now:?} these are due:\n  {due:?}\nthese were woken:\n  {woken:?}"
        );
        let again = timers.expire(now);
        assert!(
            again.is_empty(),
            "at {now:?} {again:?} were woken a second time"
        );
    });
}

/// Two tasks sleep until the same moment: both are woken, in the order in which they went to sleep.
#[test]
fn two_timers_may_have_one_deadline() {
    check(|_| {
        let mut timers = Timers::new();
        timers.set(ms(5), "task 1");
        let second = timers.set(ms(5), "task 2");
        timers.set(ms(5), "task 3");
        let cancelled = timers.cancel(second);
        assert!(
            cancelled == Some("task 2"),
            "tasks 1, 2 and 3 sleep until 5 ms\ntask 2 cancels: that gives {cancelled:?}"
        );
        let woken = timers.expire(ms(5));
        assert!(
            woken == ["task 1", "task 3"],
            "tasks 1, 2 and 3 sleep until 5 ms\ntask 2 cancels\nat 5 ms: {woken:?} were woken\nOne moment has room for many timers."
        );
    });
}

/// With nothing to wait for, nobody wakes the OS thread.
#[test]
fn a_cancelled_timer_does_not_end_the_sleep() {
    check(|_| {
        let mut timers = Timers::new();
        let timeout = timers.timeout_ms(ms(0));
        assert!(
            timeout.is_none(),
            "no timer is set, and the OS is to sleep {timeout:?} ms"
        );
        timers.set(ms(3000), "a long sleep");
        let limit = timers.set(ms(1000), "a time limit");
        let cancelled = timers.cancel(limit);
        assert!(
            cancelled == Some("a time limit"),
            "cancelling gave {cancelled:?} instead of who waits"
        );
        let timeout = timers.timeout_ms(ms(0));
        assert!(
            timeout == Some(3000),
            "timers at 3000 ms and 1000 ms; the second is cancelled\nthe OS is to sleep {timeout:?} ms\nMost timers are time \
             limits, and most of them are cancelled. None of those should wake anybody."
        );
    });
}

/// A poll may take longer than a timer: then its deadline lies in the past.
#[test]
fn a_deadline_that_has_passed_is_due_at_once() {
    check(|seed| {
        let mut timers = Timers::new();
        timers.set(ms(5), "task 1");
        let asked = catch_unwind(AssertUnwindSafe(|| timers.timeout_ms(ms(6 + seed))));
        let timeout = asked.unwrap_or_else(|_| {
            panic!(
                "a timer at 5 ms; it is {} ms now\n`timeout_ms` panicked (see above). How long is it until a moment that has been? A \
                 `Duration` cannot be less than zero.",
                6 + seed
            )
        });
        assert!(
            timeout == Some(0),
            "a timer at 5 ms; it is {} ms now\nthe OS is to sleep {timeout:?} ms instead of none",
            6 + seed
        );
    });
}

/// The OS is told whole milliseconds. If that is too short, the thread wakes before anybody is due.
#[test]
fn the_os_does_not_sleep_too_short() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let deadline = Duration::from_nanos(
            random.random_range(1..50) * 1_000_000 + random.random_range(1..999_999),
        );
        let mut timers = Timers::new();
        timers.set(deadline, "task 1");
        let timeout = timers
            .timeout_ms(ms(0))
            .expect("a timer is set, so the OS must not sleep without end");
        let now = ms(timeout);
        let woken = timers.expire(now);
        assert!(
            woken == ["task 1"],
            "a timer at {deadline:?}\nthe OS slept {timeout} ms\nat {now:?} nobody is due\nThe thread has been woken for nothing, and \
             the next time to sleep is {:?} ms: it spins until the deadline.",
            timers.timeout_ms(now)
        );
        assert!(
            now < deadline + ms(1),
            "a timer at {deadline:?}\nthe OS slept {timeout} ms: more than a millisecond too long"
        );
    });
}
