//! The checks of exercise 3.7. The future inside writes down where it is when it is polled and dropped: one
//! that points into itself would have to rely on that.

use std::cell::RefCell;
use std::hint::black_box;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::{Fuse, fuse};
use stage1_green_threads::course::{check, expect_eq};

/// What has happened, in order, and at which address.
type Log = Rc<RefCell<Vec<(&'static str, usize)>>>;

/// Is ready at its n-th poll.
struct Settled {
    polls_left: u64,
    log: Log,
    _pinned: PhantomPinned,
}

fn settled(polls: u64, log: &Log) -> Settled {
    Settled {
        polls_left: polls,
        log: Rc::clone(log),
        _pinned: PhantomPinned,
    }
}

impl Settled {
    fn note(&self, event: &'static str) {
        let here = black_box(ptr::from_ref(self).addr());
        self.log.borrow_mut().push((event, here));
    }
}

impl Future for Settled {
    type Output = &'static str;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        // SAFETY: a number is written through this reference; nothing is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let left = this.polls_left.checked_sub(1);
        this.polls_left = left.expect("the future was polled again after it was ready");
        if this.polls_left > 0 {
            this.note("Pending");
            return Poll::Pending;
        }
        this.note("Ready");
        Poll::Ready("tea")
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        self.note("dropped");
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// It gives its value once; after that every poll is `Pending`.
#[test]
fn after_its_value_it_is_pending_for_ever() {
    check(|_| {
        let mut fused: Pin<Box<Fuse<_>>> = Box::pin(fuse(settled(1, &Log::default())));
        expect_eq(
            poll(fused.as_mut()),
            Poll::Ready("tea"),
            "this was the first poll",
        );
        for _ in 0..3 {
            expect_eq(
                poll(fused.as_mut()),
                Poll::Pending,
                "this was a poll after Ready",
            );
        }
    });
}

/// Between its first poll and its last, the future is where it was put: within the `Fuse`.
#[test]
fn it_stays_where_it_was_polled() {
    check(|seed| {
        let log = Log::default();
        let mut fused = Box::pin(fuse(settled(2 + seed % 5, &log)));
        while poll(fused.as_mut()).is_pending() {
            assert!(
                log.borrow().len() < 100,
                "it was never ready: {:?}",
                &log.borrow()[..9]
            );
        }
        let start = ptr::from_ref(&*fused).addr();
        let place = start..start + size_of_val(&*fused);
        let log = log.borrow();
        let outside = log
            .iter()
            .find(|(event, at)| *event != "dropped" && !place.contains(at));
        assert!(
            outside.is_none(),
            "The `Fuse` is at {place:x?}, and a poll of the future inside ({:?}) was at {:x?}. So it\n\
             was moved out to be polled (or is it in a box?). If it points into itself, it now points\n\
             to where it was",
            outside.unwrap().0,
            outside.unwrap().1
        );
    });
}

/// When it is done it is dropped, although the `Fuse` lives on.
#[test]
fn it_is_dropped_as_soon_as_it_is_done() {
    check(|_| {
        let log = Log::default();
        let mut fused = Box::pin(fuse(settled(1, &log)));
        assert!(poll(fused.as_mut()).is_ready(), "the first poll");
        let events: Vec<_> = log.borrow().iter().map(|(event, _)| *event).collect();
        expect_eq(
            events,
            ["Ready", "dropped"],
            "the future is done, and what it holds is kept for as long as the `Fuse` is. What\n\
             happened to it in the poll:",
        );
    });
}

/// It is dropped at the place where it was polled: a pinned value does not move until it is dropped.
#[test]
fn it_is_dropped_where_it_was_polled() {
    check(|_| {
        let log = Log::default();
        let mut fused = Box::pin(fuse(settled(1, &log)));
        assert!(poll(fused.as_mut()).is_ready(), "the first poll");
        drop(fused);
        let (polled, dropped) = (log.borrow()[0].1, log.borrow()[1].1);
        assert!(
            dropped == polled,
            "It was polled at address {polled:#x}, and its destructor ran at {dropped:#x}: it was\n\
             moved to be dropped. `Pin::set` drops in place"
        );
    });
}
