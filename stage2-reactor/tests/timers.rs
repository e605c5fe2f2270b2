//! Timers fire in order, not before their time, and cost nothing once cancelled.

mod common;

use common::{Counter, turn_until};
use stage2_reactor::{Reactor, Timer, Unpark};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

#[test]
fn a_timer_unparks_its_waiter_when_its_deadline_has_passed_and_not_before() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let deadline = reactor.handle().now() + Duration::from_millis(20);
    let mut timer = reactor.handle().timer(deadline);
    assert!(!timer.poll(&waiter));
    assert_eq!(reactor.next_deadline(), Some(deadline));
    turn_until(&mut reactor, || waiter.count() == 1);
    assert!(reactor.handle().now() >= deadline);
    assert!(timer.poll(&waiter) && timer.is_elapsed());
    assert!(!reactor.has_waiters());
}

#[test]
fn the_next_deadline_is_the_time_to_wait() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_millis(30));
    assert!(!timer.poll(&waiter));
    let mut turns = 0;
    while waiter.count() == 0 {
        reactor.turn(None).unwrap();
        turns += 1;
    }
    assert!(turns <= 3, "{turns} turns for one timer: something ticks");
}

/// Timers that are due from one millisecond on, one microsecond apart. On a slow machine that moment
/// may pass before they are set: then anew.
fn short(reactor: &Reactor<Counter>, count: u64, waiter: &Counter) -> Vec<Timer<Counter>> {
    loop {
        let start = reactor.handle().now() + Duration::from_millis(1);
        let mut timers: Vec<_> = (0..count)
            .map(|micros| {
                reactor
                    .handle()
                    .timer(start + Duration::from_micros(micros))
            })
            .collect();
        if timers.iter_mut().all(|timer| !timer.poll(waiter)) {
            return timers;
        }
    }
}

#[test]
fn a_short_wait_is_not_cut_down_to_nothing() {
    // Under 2 ms Linux waits with ppoll: a turn must not spin, and not fire too early.
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let timers = short(&reactor, 1, &waiter);
    let mut turns = 0;
    while waiter.count() == 0 {
        reactor.turn(None).unwrap();
        turns += 1;
    }
    assert!(reactor.handle().now() >= timers[0].deadline());
    assert!(turns <= 3, "{turns} turns for one timer");
}

#[test]
fn timers_within_the_allowance_fire_in_one_turn() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let timers = short(&reactor, 10, &waiter);
    while waiter.count() == 0 {
        reactor.turn(None).unwrap();
    }
    // What was due within the allowance after the first was taken with it.
    if cfg!(target_os = "linux") {
        assert_eq!(waiter.count(), timers.len());
    }
}

#[test]
fn a_cancelled_timer_neither_fires_nor_is_waited_for() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_millis(200));
    assert!(!timer.poll(&waiter));
    drop(timer);
    assert_eq!(waiter.copies(), 1);
    assert_eq!(reactor.next_deadline(), None);
    reactor.turn(Some(Duration::from_millis(5))).unwrap();
    assert_eq!(waiter.count(), 0);
}

#[test]
fn a_reset_timer_fires_at_its_new_deadline() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_secs(3600));
    assert!(!timer.poll(&waiter));
    timer.reset(reactor.handle().now() + Duration::from_millis(200));
    assert!(!timer.poll(&waiter));
    turn_until(&mut reactor, || waiter.count() == 1);
}

#[test]
fn a_timer_can_be_reset_and_polled_in_one_and_its_waiter_stays() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let start = reactor.handle().now();
    let hours = |hours: u64| start + Duration::from_secs(3600 * hours);
    let mut timer = reactor.handle().timer(hours(1));
    assert!(!timer.poll(&waiter));
    for deadline in [hours(2), hours(3), start + Duration::from_millis(200)] {
        assert!(!timer.reset_and_poll(deadline, &waiter));
        assert_eq!(waiter.copies(), 2);
        assert_eq!(reactor.next_deadline(), Some(deadline));
    }
    turn_until(&mut reactor, || waiter.count() == 1);
    assert!(timer.poll(&waiter));
    assert!(!timer.reset_and_poll(hours(1), &waiter), "and once more");
    assert_eq!(reactor.next_deadline(), Some(hours(1)));
}

#[test]
fn a_timer_that_is_reset_and_polled_by_another_forgets_whoever_waited() {
    let mut reactor = Reactor::new().unwrap();
    let (former, latest) = (Counter::default(), Counter::default());
    let soon = reactor.handle().now() + Duration::from_millis(200);
    let mut timer = reactor.handle().timer(soon);
    assert!(!timer.poll(&former));
    assert!(!timer.reset_and_poll(soon, &latest));
    assert_eq!(former.copies(), 1);
    turn_until(&mut reactor, || latest.count() == 1);
    assert_eq!(former.count(), 0);
}

#[test]
fn a_timer_that_is_moved_to_the_past_has_elapsed_and_nobody_waits_for_it() {
    let reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let now = reactor.handle().now();
    let mut timer = reactor.handle().timer(now + Duration::from_secs(3600));
    assert!(!timer.poll(&waiter));
    assert!(timer.reset_and_poll(now, &waiter));
    assert!(timer.is_elapsed() && !reactor.has_waiters());
    assert_eq!(waiter.copies(), 1);
}

#[test]
fn of_several_waiters_of_a_timer_the_latest_counts() {
    let mut reactor = Reactor::new().unwrap();
    let (former, latest) = (Counter::default(), Counter::default());
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_millis(200));
    assert!(!timer.poll(&former));
    assert!(!timer.poll(&latest));
    turn_until(&mut reactor, || latest.count() == 1);
    assert_eq!(former.count(), 0);
}

#[test]
fn a_timer_set_by_another_thread_interrupts_a_wait_that_is_too_long() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let (handle, theirs) = (reactor.handle().clone(), waiter.clone());
    let (send, receive) = mpsc::channel();
    let other = std::thread::spawn(move || {
        let mut timer = handle.timer(Instant::now() + Duration::from_millis(20));
        assert!(!timer.poll(&theirs));
        send.send(timer).unwrap();
    });
    // Whichever comes first, the timer or the wait: neither turn lasts until the limit.
    let start = Instant::now();
    while waiter.count() == 0 {
        reactor.turn(Some(Duration::from_secs(60))).unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(30));
    other.join().unwrap();
    drop(receive.recv().unwrap());
}

#[test]
fn after_the_reactor_is_gone_every_timer_counts_as_elapsed() {
    let reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let far = reactor.handle().now() + Duration::from_secs(3600);
    let mut waiting = reactor.handle().timer(far);
    let mut idle = reactor.handle().timer(far);
    let mut moved = reactor.handle().timer(far);
    assert!(!waiting.poll(&waiter) && !moved.poll(&waiter));
    drop(reactor);
    assert_eq!(waiter.count(), 2, "whoever waited is told");
    assert!(waiting.poll(&waiter));
    assert!(idle.poll(&waiter));
    assert!(moved.reset_and_poll(far, &waiter));
}

#[test]
fn a_deadline_that_has_passed_unnoticed_is_found_by_the_next_turn() {
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let deadline = Instant::now() + Duration::from_millis(2);
    while Instant::now() < deadline {
        std::hint::spin_loop();
    }
    // Nobody has asked the reactor for the time since before the deadline.
    let mut timer = reactor.handle().timer(deadline);
    if !timer.poll(&waiter) {
        reactor.turn(Some(Duration::ZERO)).unwrap();
        assert_eq!(waiter.count(), 1);
        assert!(timer.poll(&waiter));
    }
    // A deadline that the reactor knows to be over needs no turn.
    assert!(reactor.handle().timer(deadline).poll(&waiter));
}

#[test]
fn a_turn_waits_for_as_long_as_its_caller_says() {
    let limit = Duration::from_millis(100);
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let timers = short(&reactor, 1, &waiter);
    let before = Instant::now();
    let turn = reactor.turn_with(|| Some(limit)).unwrap();
    assert!(before.elapsed() >= limit / 2, "not until the timer was due");
    assert_eq!((turn.timers, waiter.count()), (1, 1));
    drop(timers);
}

#[test]
fn a_timer_that_is_set_when_the_wait_has_been_announced_interrupts_it() {
    let limit = Duration::from_secs(60);
    let mut reactor = Reactor::new().unwrap();
    let waiter = Counter::default();
    let deadline = reactor.handle().now() + limit;
    let mut timer = reactor.handle().timer(deadline);
    let before = Instant::now();
    let set = || {
        assert!(!timer.poll(&waiter));
        Some(limit)
    };
    reactor.turn_with(set).unwrap();
    assert!(before.elapsed() < limit / 2);
}

#[test]
fn timers_of_another_reactor_are_fired_and_are_no_longer_there() {
    let (mut reactor, mut other) = (Reactor::new().unwrap(), Reactor::new().unwrap());
    let waiter = Counter::default();
    let timers = short(&other, 3, &waiter);
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(reactor.fire_timers_of(other.handle()), 3);
    assert_eq!(reactor.fire_timers_of(other.handle()), 0);
    assert_eq!(waiter.count(), 3);
    assert_eq!(other.turn(Some(Duration::ZERO)).unwrap().timers, 0);
    drop(timers);
}

/// Notes what is done with it.
#[derive(Clone)]
struct Noted(Rc<RefCell<Vec<&'static str>>>);

impl Unpark for Noted {
    fn unpark(self) {
        self.0.borrow_mut().push("unpark");
    }

    fn prefetch(&self) {
        self.0.borrow_mut().push("prefetch");
    }
}

#[test]
fn waiters_of_timers_that_fire_together_are_prefetched_before_the_first_is_unparked() {
    let mut reactor = Reactor::new().unwrap();
    let notes = Noted(Rc::default());
    let deadline = reactor.handle().now() + Duration::from_millis(20);
    let mut timers = [(); 2].map(|()| reactor.handle().timer(deadline));
    assert!(timers.iter_mut().all(|timer| !timer.poll(&notes)));
    turn_until(&mut reactor, || !notes.0.borrow().is_empty());
    assert_eq!(
        *notes.0.borrow(),
        ["prefetch", "prefetch", "unpark", "unpark"]
    );
}
