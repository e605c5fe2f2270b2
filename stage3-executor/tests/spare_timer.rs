//! A sleep that is dropped leaves its timer to the next one of the same poll, and to nobody else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use stage3_executor::budget::with_budget;
use stage3_executor::context::{Home, enter};
use stage3_executor::reactor::Reactor;
use stage3_executor::time::sleep_until;

/// A waker of which one can tell how many copies there are.
struct Counted;

impl Wake for Counted {
    fn wake(self: Arc<Self>) {}
}

/// What reactors hold of it, apart from the test's own two references.
fn held(counted: &Arc<Counted>) -> usize {
    Arc::strong_count(counted) - 2
}

fn counted() -> (Arc<Counted>, Waker) {
    let counted = Arc::new(Counted);
    (Arc::clone(&counted), Waker::from(counted))
}

/// Polls a sleep once, then drops it.
fn set_and_drop(deadline: Instant, waker: &Waker) {
    let mut cx = Context::from_waker(waker);
    assert!(pin!(sleep_until(deadline)).poll(&mut cx).is_pending());
}

fn in_hours(hours: u64) -> Instant {
    Instant::now() + Duration::from_secs(3600 * hours)
}

#[test]
fn the_next_sleep_of_a_poll_moves_the_timer_of_the_one_before() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    let (first, second) = (in_hours(1), in_hours(2));
    with_budget(10, || {
        set_and_drop(first, &waker);
        assert_eq!(held(&counted), 1, "still set, with its waker");
        set_and_drop(second, &waker);
        assert_eq!(held(&counted), 1, "the same");
        assert_eq!(reactor.next_deadline(), Some(second));
    });
}

#[test]
fn what_nobody_takes_is_cancelled_when_the_poll_ends() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    with_budget(10, || set_and_drop(in_hours(1), &waker));
    assert!(!reactor.has_waiters());
    assert_eq!(held(&counted), 0);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        with_budget(10, || {
            set_and_drop(in_hours(1), &waker);
            panic!("in the poll");
        })
    }));
    assert!(panicked.is_err() && !reactor.has_waiters());
    assert_eq!(held(&counted), 0);
}

#[test]
fn outside_of_a_poll_a_dropped_sleep_is_cancelled_at_once() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    set_and_drop(in_hours(1), &waker);
    assert!(!reactor.has_waiters());
    assert_eq!(held(&counted), 0);
}

#[test]
fn of_several_sleeps_one_leaves_its_timer_and_the_others_are_cancelled_at_once() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    with_budget(10, || {
        let mut cx = Context::from_waker(&waker);
        let mut sleeps: Vec<_> = (1..=5).map(|hours| sleep_until(in_hours(hours))).collect();
        for sleep in &mut sleeps {
            assert!(pin!(sleep).poll(&mut cx).is_pending());
        }
        assert_eq!(held(&counted), 5);
        drop(sleeps);
        assert_eq!(held(&counted), 1);
    });
    assert_eq!(held(&counted), 0);
}

#[test]
fn a_sleep_of_another_task_takes_the_timer_with_its_own_waker() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let ((first, first_waker), (second, second_waker)) = (counted(), counted());
    with_budget(10, || {
        set_and_drop(in_hours(1), &first_waker);
        let mut sleep = pin!(sleep_until(in_hours(2)));
        let mut cx = Context::from_waker(&second_waker);
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
        assert_eq!((held(&first), held(&second)), (0, 1));
    });
}

#[test]
fn a_timer_stays_with_its_reactor() {
    let (here, there) = (Reactor::new().unwrap(), Reactor::new().unwrap());
    let (counted, waker) = counted();
    with_budget(10, || {
        let _home = enter(Home::One(here.handle().clone()));
        set_and_drop(in_hours(1), &waker);
        let _home = enter(Home::One(there.handle().clone()));
        set_and_drop(in_hours(2), &waker);
        assert!(!here.has_waiters() && there.has_waiters());
        assert_eq!(held(&counted), 1);
    });
    assert!(!there.has_waiters());
}

#[test]
fn a_timer_whose_reactor_is_gone_serves_nobody() {
    let (counted, waker) = counted();
    with_budget(10, || {
        let reactor = Reactor::new().unwrap();
        let _home = enter(Home::One(reactor.handle().clone()));
        set_and_drop(in_hours(1), &waker);
        drop(reactor);
        assert_eq!(held(&counted), 0);
        let mut cx = Context::from_waker(&waker);
        let sleep = pin!(sleep_until(in_hours(1)));
        assert!(sleep.poll(&mut cx).is_ready(), "nobody would ever fire it");
    });
}
