//! The checks of exercise 3.4. The futures that race write down when they are polled and dropped.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::race;
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
        let left = self.polls_left.checked_sub(1);
        self.polls_left = left.unwrap_or_else(|| panic!("`{name}` was polled again after Ready"));
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

/// The race of two that need so many polls: who won, what happened before the value was handed out,
/// and what happened when the race itself was dropped.
fn outcome(a: u64, b: u64) -> (&'static str, String, String) {
    let log = Log::default();
    let mut race = Box::pin(race(probe("a", a, &log), probe("b", b, &log)));
    for _ in 0..100 {
        let polled = race.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(winner) = polled {
            let before = log.take().join(", ");
            drop(race);
            return (winner, before, log.take().join(", "));
        }
    }
    panic!(
        "`a` needs {a} polls and `b` {b}; after 100 of the race nobody has won. In them this\n\
         happened:\n  {}, …\n\
         A race is polled in vain if it polls nobody",
        log.borrow()[..log.borrow().len().min(5)].join(", ")
    );
}

/// If the first is quicker, its value comes out.
#[test]
fn the_first_can_win() {
    check(|seed| {
        let (winner, before, _) = outcome(1 + seed % 3, 10);
        expect_eq(
            winner,
            "a",
            format_args!("`a` was ready first. What happened: {before}"),
        );
    });
}

/// If the second is quicker, its value comes out.
#[test]
fn the_second_can_win() {
    check(|seed| {
        let (winner, before, _) = outcome(10, 1 + seed % 3);
        expect_eq(
            winner,
            "b",
            format_args!(
                "`b` was ready first. While `a` is pending, `b` is to be polled in the same poll of the\n\
                 race. What happened:\n  {before}"
            ),
        );
    });
}

/// If both would be ready in the same poll, `a` wins, and `b` is not even polled.
#[test]
fn in_a_draw_the_first_wins_and_the_second_is_not_polled() {
    check(|seed| {
        let polls = 1 + seed % 4;
        let (winner, before, _) = outcome(polls, polls);
        expect_eq(
            winner,
            "a",
            format_args!("both were ready in the same poll. What happened: {before}"),
        );
        assert!(
            !before.contains("b Ready"),
            "`a` had won already, and `b` was polled all the same and gave a value, which nobody\n\
             gets. What happened:\n  {before}"
        );
    });
}

/// When the value is handed out, the loser has been dropped, once.
#[test]
fn the_loser_is_dropped_before_the_value_is_handed_out() {
    check(|seed| {
        let quick = 1 + seed % 3;
        for (loser, (_, before, after)) in [("b", outcome(quick, 9)), ("a", outcome(9, quick))] {
            let dropped = format!("drop {loser}");
            assert!(
                before.contains(&dropped),
                "until the race returned Ready, and when it was dropped, this happened:\n  {before}\n  {after}\n\
                 The loser, `{loser}`, outlived the race that it had lost: what it holds is given back\n\
                 late, or never if somebody keeps the race"
            );
        }
    });
}

/// A race that is dropped before anybody has won drops both.
#[test]
fn a_race_that_is_dropped_drops_both() {
    check(|_| {
        let log = Log::default();
        let mut cx = Context::from_waker(Waker::noop());
        {
            let mut race = pin!(race(probe("a", 9, &log), probe("b", 9, &log)));
            assert!(
                race.as_mut().poll(&mut cx).is_pending(),
                "nobody can have won yet"
            );
        }
        let mut dropped = log.take();
        dropped.retain(|event| event.starts_with("drop"));
        dropped.sort();
        expect_eq(
            dropped,
            ["drop a", "drop b"],
            "a race was dropped before anybody had won. What was dropped with it:",
        );
    });
}
