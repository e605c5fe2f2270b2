//! Polls both sides by hand, and looks at who has been woken.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::{Closed, Receiver, Sender, Shared, channel};

/// As long as there is room, nobody waits.
#[test]
fn values_come_in_order() {
    check(|_| {
        let (sender, mut receiver) = channel(3);
        let task = Task::new();
        for value in 1..=3 {
            expect_eq(
                task.send(&sender, &mut Some(value)),
                Poll::Ready(Ok(())),
                format_args!("there was room for value {value}"),
            );
        }
        let received = [(); 3].map(|()| task.receive(&mut receiver));
        expect_eq(
            received,
            [1, 2, 3].map(|value| Poll::Ready(Some(value))),
            "the values 1, 2 and 3 were sent. What was received:",
        );
    });
}

/// That is back-pressure.
#[test]
fn a_full_channel_makes_its_sender_wait() {
    check(|_| {
        let (sender, mut receiver) = channel(2);
        fill(&sender, 2);
        let (fast, slow) = (Task::new(), Task::new());
        let mut value = Some(3);
        let sent = fast.send(&sender, &mut value);
        expect_eq(
            sent,
            Poll::Pending,
            "a channel for 2 values held 2, and a third was sent: the sender must wait, or the\n\
             channel grows for as long as the receiver is slower",
        );
        expect_eq(
            value,
            Some(3),
            "the send returned Pending, and its value is gone: it is neither in the channel nor with\n\
             the sender. Take it only when there is room",
        );
        expect_eq(
            slow.receive(&mut receiver),
            Poll::Ready(Some(1)),
            "the values 1 and 2 were in the channel. What was received first:",
        );
        assert!(
            fast.was_woken(),
            "a sender waited, the receiver took a value out, and the sender was not woken: there is\n\
             room, and it does not know"
        );
        expect_eq(
            fast.send(&sender, &mut value),
            Poll::Ready(Ok(())),
            "there is room again",
        );
        let rest = [(); 2].map(|()| slow.receive(&mut receiver));
        expect_eq(
            rest,
            [2, 3].map(|value| Poll::Ready(Some(value))),
            "the values 2 and 3 were in the channel. What was received:",
        );
    });
}

/// An empty channel makes the receiver wait.
#[test]
fn a_receiver_that_waits_is_woken_by_a_value() {
    check(|_| {
        let (sender, mut receiver) = channel(2);
        let task = Task::new();
        expect_eq(
            task.receive(&mut receiver),
            Poll::Pending,
            "nothing has been sent yet",
        );
        fill(&sender, 1);
        assert!(
            task.was_woken(),
            "the receiver waited, a value was sent, and the receiver was not woken"
        );
        expect_eq(
            task.receive(&mut receiver),
            Poll::Ready(Some(1)),
            "the receiver was woken, for the value 1. What was received:",
        );
    });
}

/// Who is woken need not come.
#[test]
fn a_sender_that_gave_up_takes_no_room_with_it() {
    check(|_| {
        let (sender, mut receiver) = channel(1);
        fill(&sender, 1);
        let (gives_up, waits) = (Task::new(), Task::new());
        for (task, value) in [(&gives_up, 2), (&waits, 3)] {
            let sent = task.send(&sender, &mut Some(value));
            expect_eq(
                sent,
                Poll::Pending,
                "the channel was full, and a value sent",
            );
        }
        // The first one's send is dropped here, as a `timeout` does. Its waker is still in the channel.
        let received = Task::new().receive(&mut receiver);
        expect_eq(
            received,
            Poll::Ready(Some(1)),
            "the value 1 was in the channel",
        );
        assert!(
            waits.was_woken(),
            "two senders waited. The first gave up: its send was dropped by a timeout. Then a slot\n\
             became free, and only that first one was woken, which does not come any more. The slot\n\
             is free, the second one waits for it, and nobody will ever wake it. Who wakes only one\n\
             must know that this one still wants it"
        );
    });
}

/// A channel without senders is not over before it is empty.
#[test]
fn the_last_values_come_before_the_end() {
    check(|_| {
        let (sender, mut receiver) = channel(2);
        fill(&sender, 2);
        drop(sender);
        let task = Task::new();
        let received = [(); 3].map(|()| task.receive(&mut receiver));
        expect_eq(
            received,
            [
                Poll::Ready(Some(1)),
                Poll::Ready(Some(2)),
                Poll::Ready(None),
            ],
            "the values 1 and 2 were sent, then the sender was dropped. What was sent before the end\n\
             must be received before the end. What three polls gave:",
        );
    });
}

/// With the last sender goes the last one who could wake the receiver.
#[test]
fn the_last_sender_wakes_the_receiver() {
    check(|_| {
        let (sender, mut receiver) = channel::<u32>(2);
        let (task, other) = (Task::new(), sender.clone());
        let received = task.receive(&mut receiver);
        expect_eq(received, Poll::Pending, "nothing has been sent yet");
        drop(sender);
        assert!(
            task.receive(&mut receiver).is_pending(),
            "one of two senders is gone: values may still come"
        );
        let before = task.wakes();
        drop(other);
        assert!(
            task.wakes() > before,
            "the receiver waited and the last sender was dropped without a wake: nobody is left who\n\
             could ever wake the receiver, and it waits for ever"
        );
        expect_eq(
            task.receive(&mut receiver),
            Poll::Ready(None),
            "the channel is empty and has no sender any more. What was received:",
        );
    });
}

/// With the receiver goes the one who makes room.
#[test]
fn senders_that_wait_learn_that_the_receiver_is_gone() {
    check(|_| {
        let (sender, receiver) = channel(1);
        fill(&sender, 1);
        let tasks = [Task::new(), Task::new()];
        for task in &tasks {
            let sent = task.send(&sender, &mut Some(2));
            expect_eq(
                sent,
                Poll::Pending,
                "the channel was full, and a value sent",
            );
        }
        drop(receiver);
        for task in &tasks {
            assert!(
                task.was_woken(),
                "a sender waited for room and the receiver was dropped without a wake: there will never\n\
                 be room, and the sender waits for ever"
            );
            expect_eq(
                task.send(&sender, &mut Some(2)),
                Poll::Ready(Err(Closed)),
                "the receiver is gone, and the sender was polled again",
            );
        }
    });
}

/// A value that cannot be sent is not lost.
#[test]
fn a_value_that_is_refused_stays_with_its_sender() {
    check(|_| {
        let (sender, receiver) = channel(1);
        drop(receiver);
        let mut value = Some(1);
        expect_eq(
            Task::new().send(&sender, &mut value),
            Poll::Ready(Err(Closed)),
            "the receiver is gone: nobody will ever receive this value",
        );
        expect_eq(
            value,
            Some(1),
            "the send was refused, and its value is gone",
        );
    });
}

/// A waker may call whatever it likes, and so this channel.
#[test]
fn a_waker_may_come_back_at_once() {
    check(|_| {
        let (sends, receives) = (Task::new(), Task::new());
        let (sender, mut receiver) = channel(1);
        WATCHED.set(Some(sender.shared.clone()));
        let _ = receives.receive(&mut receiver);
        let _ = sends.send(&sender, &mut Some(1));
        receives.must_find_it_free("poll_send woke the receiver");
        let _ = sends.send(&sender, &mut Some(2));
        let _ = receives.receive(&mut receiver);
        sends.must_find_it_free("poll_recv woke a sender");
        let _ = receives.receive(&mut receiver);
        drop(sender);
        receives.must_find_it_free("the last sender went and woke the receiver");

        let (sender, receiver) = channel(1);
        WATCHED.set(Some(sender.shared.clone()));
        let _ = sends.send(&sender, &mut Some(1));
        let _ = sends.send(&sender, &mut Some(2));
        drop(receiver);
        sends.must_find_it_free("the receiver went and woke a sender");
        WATCHED.set(None);
        if sends.wakes() < 2 || receives.wakes() < 2 {
            cannot_tell(); // Who is to be woken is the matter of other checks.
        }
    });
}

thread_local! {
    /// The channel that is looked at when a waker is called: is it borrowed?
    static WATCHED: RefCell<Option<Rc<RefCell<Shared<u32>>>>> = const { RefCell::new(None) };
}

/// Sends 1, 2, … of which there is room for all.
fn fill(sender: &Sender<u32>, count: u32) {
    for value in 1..=count {
        let sent = Task::new().send(sender, &mut Some(value));
        expect_eq(
            sent,
            Poll::Ready(Ok(())),
            format_args!("there was room for value {value}"),
        );
    }
}

/// A task as its wakers see it: it counts wakes, and looks at the channel at each.
struct Task {
    wakes: Arc<Wakes>,
    waker: Waker,
}

#[derive(Default)]
struct Wakes {
    count: AtomicUsize,
    /// The channel was borrowed when the waker was called.
    found_it_borrowed: AtomicBool,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let watched = WATCHED.with_borrow(Clone::clone);
        if watched.is_some_and(|channel| channel.try_borrow_mut().is_err()) {
            self.found_it_borrowed.store(true, Ordering::Relaxed);
        }
    }
}

impl Task {
    fn new() -> Self {
        let wakes = Arc::<Wakes>::default();
        let waker = wakes.clone().into();
        Task { wakes, waker }
    }

    fn send(&self, sender: &Sender<u32>, value: &mut Option<u32>) -> Poll<Result<(), Closed>> {
        sender.poll_send(value, &Context::from_waker(&self.waker))
    }

    fn receive(&self, receiver: &mut Receiver<u32>) -> Poll<Option<u32>> {
        receiver.poll_recv(&Context::from_waker(&self.waker))
    }

    fn wakes(&self) -> usize {
        self.wakes.count.load(Ordering::Relaxed)
    }

    fn must_find_it_free(&self, event: &str) {
        assert!(
            !self.wakes.found_it_borrowed.load(Ordering::Relaxed),
            "{event} while `shared` was still borrowed. A waker is somebody else's code: if it\n\
             sends or receives at once, as an executor that polls in `wake` would, that panics with\n\
             \"already borrowed\". Take the wakers out, let go of `shared`, and then call them"
        );
    }

    fn was_woken(&self) -> bool {
        self.wakes() > 0
    }
}
