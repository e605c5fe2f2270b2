//! A reactor that waits can be interrupted from any thread.

mod common;

use common::Counter;
use stage2_reactor::Reactor;
use std::thread;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_notification_makes_the_next_wait_return_at_once() {
    let mut reactor: Reactor<Counter> = Reactor::new().unwrap();
    reactor.notifier().notify();
    reactor.notifier().notify();
    let start = Instant::now();
    reactor.turn(Some(LONG)).unwrap();
    assert!(start.elapsed() < LONG / 2);
}

#[test]
fn notifications_are_not_counted() {
    let mut reactor: Reactor<Counter> = Reactor::new().unwrap();
    for _ in 0..10 {
        reactor.notifier().notify();
    }
    reactor.turn(Some(LONG)).unwrap();
    let short = Duration::from_millis(20);
    let start = Instant::now();
    reactor.turn(Some(short)).unwrap();
    assert!(start.elapsed() >= short, "the second wait is a whole one");
}

#[test]
fn a_turn_that_does_not_wait_leaves_the_notification_to_the_next_that_does() {
    let mut reactor: Reactor<Counter> = Reactor::new().unwrap();
    reactor.notifier().notify();
    reactor.turn(Some(Duration::ZERO)).unwrap();
    let start = Instant::now();
    reactor.turn(Some(LONG)).unwrap();
    assert!(start.elapsed() < LONG / 2);
}

#[test]
fn no_notification_from_another_thread_is_lost() {
    let mut reactor: Reactor<Counter> = Reactor::new().unwrap();
    let notifier = reactor.notifier();
    let (ask, asked) = std::sync::mpsc::channel();
    let other = thread::spawn(move || {
        // Each time before, during or after the beginning of the wait.
        while asked.recv().is_ok() {
            notifier.notify();
        }
    });
    let start = Instant::now();
    for _ in 0..1000 {
        ask.send(()).unwrap();
        reactor.turn(Some(LONG)).unwrap();
    }
    drop(ask);
    other.join().unwrap();
    assert!(start.elapsed() < LONG / 2, "a turn has waited to its limit");
}
