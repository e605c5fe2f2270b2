//! The checks of exercise 3.3. The futures that are joined write down when they are polled and dropped.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::join;
use stage1_green_threads::course::{check, expect_eq};

/// What has happened, in order.
type Log = Rc<RefCell<Vec<String>>>;

/// Is ready at its n-th poll.
struct Probe {
    name: &'static str,
    polls_left: u64,
    log: Log,
}

fn probe(name: &'static str, polls: u64, log: &Log) -> Probe {
    let (polls_left, log) = (polls, Rc::clone(log));
    Probe {
        name,
        polls_left,
        log,
    }
}

impl Future for Probe {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        let name = self.name;
        assert!(
            self.polls_left > 0,
            "`{name}` was polled again after Ready. What had happened: {}",
            self.log.borrow().join(", ")
        );
        self.polls_left -= 1;
        let polled = match self.polls_left {
            0 => Poll::Ready(name),
            _ => Poll::Pending,
        };
        let answer = if polled.is_ready() {
            "Ready"
        } else {
            "Pending"
        };
        self.log.borrow_mut().push(format!("{name} {answer}"));
        polled
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("drop {}", self.name));
    }
}

/// What happens in each poll of the join of `a` and `b`, which need so many polls; and its value.
fn polls_of_join(a: u64, b: u64) -> (Vec<String>, (&'static str, &'static str)) {
    let log = Log::default();
    let mut both = pin!(join(probe("a", a, &log), probe("b", b, &log)));
    let mut polls = Vec::new();
    loop {
        let before = log.borrow().len();
        let polled = both.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        polls.push(log.borrow()[before..].join(", "));
        match polled {
            Poll::Ready(values) => return (polls, values),
            Poll::Pending => assert!(
                polls.len() < 100,
                "`a` needs {a} polls and `b` {b}; after 100 their join is still not ready. Its first\n\
                 polls: {:?}",
                &polls[..5]
            ),
        }
    }
}

/// If both are ready at once, so is their join, and each value is in its place.
#[test]
fn both_values_come_out_in_their_places() {
    check(|_| {
        let (_, values) = polls_of_join(1, 1);
        expect_eq(values, ("a", "b"), "both were done. What came out:");
    });
}

/// The first poll polls both: neither waits for the other.
#[test]
fn both_are_polled_from_the_beginning() {
    check(|seed| {
        let (polls, _) = polls_of_join(2 + seed % 3, 2 + seed % 3);
        expect_eq(
            polls[0].as_str(),
            "a Pending, b Pending",
            "whoever is not polled does not run: `b` would begin to wait only when `a` has done so.\n\
             What the first poll of the join did:",
        );
    });
}

/// When one is done its value is kept, it is dropped at once, and it is not polled again.
#[test]
fn what_is_done_is_dropped_and_not_polled_again() {
    check(|seed| {
        let (first, later) = (1 + seed % 3, 5 + seed % 4);
        let (polls, values) = polls_of_join(first, later);
        dropped_when_done(&polls, "a");
        expect_eq(values, ("a", "b"), "both were done. What came out:");
        let (polls, values) = polls_of_join(later, first);
        dropped_when_done(&polls, "b");
        expect_eq(values, ("a", "b"), "both were done. What came out:");
    });
}

/// `name` was dropped in the poll that has found it ready.
fn dropped_when_done(polls: &[String], name: &str) {
    let ready = format!("{name} Ready");
    let poll = polls.iter().find(|poll| poll.contains(&ready)).unwrap();
    assert!(
        poll.contains(&format!("drop {name}")),
        "the poll of the join that has found `{name}` ready did this: {poll}. `{name}` was not\n\
         dropped, so what it holds (a connection, a lock) waits for its sibling. All polls:\n  {}",
        polls.join("\n  ")
    );
}
