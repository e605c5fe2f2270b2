//! The checks of exercise 3.9. The future that is awaited counts its polls, and looks at the waker of each.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::{Awaiter, Stackful};
use stage1_green_threads::course::{cannot_tell, check, expect_eq};

/// Wakes nobody; but each is another one.
struct Silent;

impl Wake for Silent {
    fn wake(self: Arc<Self>) {}
}

/// What the awaited futures see and leave behind.
#[derive(Default)]
struct Shared {
    /// The waker of the poll that is under way.
    current: RefCell<Option<Waker>>,
    /// Polls of the `Stackful`.
    outer_polls: Cell<u64>,
    /// Polls of awaited futures, and how many of these had another waker.
    polls: Cell<u64>,
    other_waker: Cell<u64>,
    dropped: Cell<bool>,
}

/// Is ready at its n-th poll.
struct Probe {
    polls_left: u64,
    shared: Rc<Shared>,
}

impl Future for Probe {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let shared = &self.shared;
        shared.polls.set(shared.polls.get() + 1);
        let current = shared.current.borrow();
        if !cx
            .waker()
            .will_wake(current.as_ref().expect("a poll is under way"))
        {
            shared.other_waker.set(shared.other_waker.get() + 1);
        }
        drop(current);
        self.polls_left -= 1;
        match self.polls_left {
            0 => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.shared.dropped.set(true);
    }
}

/// A `Stackful` that awaits a future which needs so many polls, some calls deep.
fn awaits(polls: u64) -> (Pin<Box<Stackful<&'static str>>>, Rc<Shared>) {
    fn deep(calls: u32, awaiter: &Awaiter<'_>, probe: Probe) {
        match calls {
            0 => awaiter.wait(probe),
            _ => deep(calls - 1, awaiter, probe),
        }
    }
    let shared = Rc::new(Shared::default());
    let probe = Probe {
        polls_left: polls,
        shared: Rc::clone(&shared),
    };
    let stackful = Stackful::new(move |awaiter| {
        deep(10, awaiter, probe);
        "tea"
    });
    (
        Box::pin(stackful.expect("there is memory for a stack")),
        shared,
    )
}

/// Polls it once, with a waker that no other poll has. If `waker` is borrowed twice, says what that means.
fn poll<T>(future: Pin<&mut Stackful<T>>, shared: &Shared) -> Poll<T> {
    let waker = Waker::from(Arc::new(Silent));
    *shared.current.borrow_mut() = Some(waker.clone());
    shared.outer_polls.set(shared.outer_polls.get() + 1);
    let mut cx = Context::from_waker(&waker);
    let polled = catch_unwind(AssertUnwindSafe(|| future.poll(&mut cx)));
    polled.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map_or("", String::as_str);
        assert!(
            !text.contains("borrowed"),
            "`waker` of the `Awaiter` was borrowed a second time, while it was borrowed already (see\n\
             above). What had happened:\n  {}\n\
             What `borrow()` gives lives to the end of its statement, and a `match` is one statement\n\
             with all of its arms; what is kept in a variable lives as long as that. End the borrow\n\
             before you suspend: borrow, clone the waker, and poll with the clone",
            until_the_second_borrow(shared).join("\n  ")
        );
        resume_unwind(panic)
    })
}

/// What had happened in an answer that borrows its waker twice.
fn until_the_second_borrow(shared: &Shared) -> Vec<String> {
    let mut events = vec!["a poll resumed the coroutine".to_owned()];
    for number in 1..=shared.polls.get() {
        events.push(format!(
            "the awaited future was polled (poll {number}): Pending"
        ));
        if number < shared.outer_polls.get() {
            events.push(
                "the coroutine was suspended; the next poll resumed it, with another waker".into(),
            );
        }
    }
    events
}

/// A body that awaits nothing is ready at the first poll, with its value.
#[test]
fn without_waiting_its_value_is_ready_at_once() {
    check(|seed| {
        let mut future = pin!(Stackful::new(move |_| seed).expect("there is memory for a stack"));
        let polled = poll(future.as_mut(), &Shared::default());
        expect_eq(
            polled,
            Poll::Ready(seed),
            "the body awaits nothing. What the first poll gave:",
        );
    });
}

/// As long as the awaited future is pending, each poll asks it once and returns `Pending`.
#[test]
fn a_pending_future_suspends_the_coroutine() {
    check(|seed| {
        let (mut future, shared) = awaits(3 + seed % 5);
        assert!(
            poll(future.as_mut(), &shared).is_pending(),
            "the first poll returned Ready, after {} polls of the awaited future: `wait` went on\n\
             asking, and kept the thread meanwhile. It is to suspend the coroutine when the future is\n\
             pending",
            shared.polls.get()
        );
        for number in 2..100 {
            let before = shared.polls.get();
            let polled = poll(future.as_mut(), &shared);
            let asked = shared.polls.get() - before;
            expect_eq(
                asked,
                1,
                format_args!(
                    "each poll is to ask the awaited future once. How often poll {number} asked:"
                ),
            );
            if polled.is_ready() {
                expect_eq(
                    polled,
                    Poll::Ready("tea"),
                    "the body gives \"tea\". What came out:",
                );
                return;
            }
        }
        panic!(
            "after 100 polls it is not ready; the awaited future was asked {} times",
            shared.polls.get()
        );
    });
}

/// A future that is ready at its first poll is not waited for.
#[test]
fn what_is_ready_at_once_is_not_suspended_for() {
    check(|_| {
        let (mut future, shared) = awaits(1);
        expect_eq(
            poll(future.as_mut(), &shared),
            Poll::Ready("tea"),
            format_args!(
                "the awaited future was polled {} times in the first poll. It would have been ready at\n\
                 its first; nobody wakes a task for a future that nobody has asked. What the first poll\n\
                 gave:",
                shared.polls.get()
            ),
        );
    });
}

/// The awaited future is polled with the waker of the poll that is under way, not with an earlier one.
#[test]
fn each_poll_is_made_with_its_own_waker() {
    check(|seed| {
        let (mut future, shared) = awaits(3 + seed % 5);
        let polls = || (0..100).any(|_| poll(future.as_mut(), &shared).is_ready());
        let Ok(ready) = catch_unwind(AssertUnwindSafe(polls)) else {
            return cannot_tell(); // A panic is the matter of another check.
        };
        assert!(ready, "after 100 polls it is not ready");
        expect_eq(
            shared.other_waker.get(),
            0,
            format_args!(
                "each resume brings the waker of its poll: `suspend` returns it. Whoever keeps an earlier\n\
                 one wakes somebody who no longer waits. The awaited future had {} polls. How many of\n\
                 these had the waker of another poll:",
                shared.polls.get()
            ),
        );
    });
}

/// Dropping it in the middle unwinds its stack, and drops the future that it was awaiting.
#[test]
fn dropping_it_drops_what_it_awaits() {
    check(|_| {
        let (mut future, shared) = awaits(9);
        let _ = poll(future.as_mut(), &shared);
        drop(future);
        assert!(
            shared.dropped.get(),
            "it was dropped, and the future that it was awaiting lives on"
        );
    });
}
