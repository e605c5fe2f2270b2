//! A sleep that is dropped leaves its timer to the next one of the same poll, and to nobody else.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "simulation")]
use stage2_reactor::simulation::World;
use stage3_executor::Executor;
use stage3_executor::budget::with_budget;
use stage3_executor::context::{Home, enter};
use stage3_executor::reactor::Reactor;
use stage3_executor::time::{Sleep, sleep_until};

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

/// A sleep that has been polled once.
fn set(deadline: Instant, waker: &Waker) -> Sleep {
    let mut sleep = sleep_until(deadline);
    let mut cx = Context::from_waker(waker);
    assert!(pin!(&mut sleep).poll(&mut cx).is_pending());
    sleep
}

fn set_and_drop(deadline: Instant, waker: &Waker) {
    drop(set(deadline, waker));
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
        let sleeps: Vec<_> = (1..=5).map(|hours| set(in_hours(hours), &waker)).collect();
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
        let _sleep = set(in_hours(2), &second_waker);
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

#[test]
fn a_sleep_that_another_thread_drops_in_a_poll_is_cancelled() {
    let (here, there) = (Reactor::new().unwrap(), Reactor::new().unwrap());
    let (counted, waker) = counted();
    let home = enter(Home::One(here.handle().clone()));
    let sleep = set(in_hours(1), &waker);
    drop(home);
    let home = Home::One(there.handle().clone());
    let poll_there = move || {
        let _home = enter(home);
        with_budget(10, || {
            drop(sleep);
            set_and_drop(in_hours(2), &waker);
        });
    };
    thread::spawn(poll_there).join().unwrap();
    assert!(!here.has_waiters() && !there.has_waiters());
    assert_eq!(Arc::strong_count(&counted), 1, "the waker has gone, too");
}

#[test]
fn while_a_thread_ends_too_every_dropped_sleep_is_cancelled() {
    struct AtExit(RefCell<Option<(Reactor, Vec<Sleep>)>>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            let (reactor, sleeps) = self.0.take().unwrap();
            with_budget(10, || drop(sleeps));
            assert!(!reactor.has_waiters());
        }
    }
    thread_local!(static AT_EXIT: AtExit = const { AtExit(RefCell::new(None)) });
    let (counted, waker) = counted();
    let live = move || {
        // What a thread has used first mostly goes last: by then there is no place for a spare timer any more.
        AT_EXIT.with(|at_exit| assert!(at_exit.0.borrow().is_none()));
        let reactor = Reactor::new().unwrap();
        let _home = enter(Home::One(reactor.handle().clone()));
        with_budget(10, || set_and_drop(in_hours(1), &waker));
        let sleeps = (1..=3).map(|hours| set(in_hours(hours), &waker)).collect();
        AT_EXIT.with(|at_exit| at_exit.0.replace(Some((reactor, sleeps))));
    };
    thread::spawn(live).join().unwrap();
    assert_eq!(Arc::strong_count(&counted), 1);
}

#[test]
fn a_poll_within_a_poll_cancels_what_the_outer_one_has_left() {
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    with_budget(10, || {
        set_and_drop(in_hours(1), &waker);
        Executor::new().unwrap().block_on(async {});
        assert_eq!(held(&counted), 0);
        let deadline = in_hours(2);
        let _sleep = set(deadline, &waker);
        assert_eq!(reactor.next_deadline(), Some(deadline));
    });
}

#[test]
fn a_waker_that_drops_another_sleep_when_it_is_dropped_does_no_harm() {
    struct Owner {
        _sleep: Mutex<Sleep>,
    }
    impl Wake for Owner {
        fn wake(self: Arc<Self>) {}
    }
    let reactor = Reactor::new().unwrap();
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    with_budget(10, || {
        let _sleep = Mutex::new(set(in_hours(1), &waker));
        let owner = Waker::from(Arc::new(Owner { _sleep }));
        set_and_drop(in_hours(2), &owner);
    });
    assert!(!reactor.has_waiters());
    assert_eq!(held(&counted), 0);
}

#[cfg(feature = "simulation")]
#[test]
fn a_timer_that_fires_while_it_is_left_serves_nobody() {
    let world = World::new(1);
    let mut reactor = Reactor::simulated(&world);
    let _home = enter(Home::One(reactor.handle().clone()));
    let (counted, waker) = counted();
    let [early, late] = [5, 9].map(|ms| world.now() + Duration::from_millis(ms));
    let mut sleep = None;
    with_budget(10, || {
        set_and_drop(early, &waker);
        reactor.turn(None).unwrap();
        assert_eq!(world.now(), early);
        assert_eq!(held(&counted), 0, "the reactor has used up its waker");
        sleep = Some(set(late, &waker));
    });
    reactor.turn(None).unwrap();
    assert_eq!(world.now(), late);
    let mut cx = Context::from_waker(&waker);
    assert!(pin!(sleep.unwrap()).poll(&mut cx).is_ready());
}
