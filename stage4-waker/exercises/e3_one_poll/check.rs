//! Counts polls, and writes down who was polled in which order.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use stage1_green_threads::course::{check, expect_eq};

use super::Executor;

/// Several wakes between two polls are one reason to poll.
#[test]
fn four_wakes_make_one_poll() {
    check(|_| {
        let (executor, inbox) = waiting();
        for _ in 0..4 {
            inbox.put_one_and_wake();
        }
        let polls = executor.run();
        assert!(
            polls == 1,
            "a task waited, four messages came, and its waker was called for each. It was polled\n\
             {polls} times: the first of these polls took all four messages, and whatever came after\n\
             it found nothing. A task that stands in the queue already need not be put there again."
        );
        expect_eq(
            inbox.taken(),
            4,
            "the poll must come after the wakes and find all four messages",
        );
    });
}

/// Also if other tasks are woken in between.
#[test]
fn tasks_woken_in_turn_are_polled_once_each() {
    check(|_| {
        let executor = Executor::new();
        let (one, other) = (Inbox::default(), Inbox::default());
        executor.spawn(one.clone().read());
        executor.spawn(other.clone().read());
        executor.run();
        for _ in 0..4 {
            one.put_one_and_wake();
            other.put_one_and_wake();
        }
        let polls = executor.run();
        assert!(
            polls == 2,
            "two tasks were woken in turn, four times each: 1, 2, 1, 2, … That must make one poll for\n\
             each, and it made {polls}. To compare with the last one in the queue is not enough."
        );
    });
}

/// A wake during the poll is about something that this poll may have missed.
#[test]
fn a_wake_during_the_poll_makes_one_more() {
    check(|_| {
        let executor = Executor::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let seen = polls.clone();
        executor.spawn(poll_fn(move |cx| {
            if seen.fetch_add(1, Ordering::Relaxed) == 0 {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        }));
        executor.run();
        let polls = polls.load(Ordering::Relaxed);
        assert!(
            polls == 2,
            "a task was woken in the midst of its poll and returned Pending. It was polled {polls}\n\
             time(s), and the queue is empty: the wake is lost, and the task waits for ever. It may\n\
             have come after the future had looked. What made the executor forget it: was something\n\
             reset after the poll that belongs before it?"
        );
    });
}

/// One poll answers what came before it, and nothing that comes later.
#[test]
fn each_wake_after_a_poll_makes_a_poll() {
    check(|_| {
        let (executor, inbox) = waiting();
        for round in 1..=5 {
            inbox.put_one_and_wake();
            let polls = executor.run();
            assert!(
                polls == 1,
                "round {round}: a message came, the task was woken and `run` called. It made {polls}\n\
                 polls instead of 1"
            );
        }
    });
}

/// A task that wakes itself waits for its turn like everybody.
#[test]
fn a_task_that_wakes_itself_goes_to_the_end_of_the_queue() {
    check(|_| {
        let executor = Executor::new();
        let order = Arc::new(Mutex::new(String::new()));
        for name in ['a', 'b'] {
            executor.spawn(yields_twice(name, order.clone()));
        }
        executor.run();
        let order = order.lock().unwrap();
        assert!(
            "ababab".starts_with(order.as_str()),
            "two tasks, a and b, wake themselves in each poll: they yield. The polls were {order:?},\n\
             and not in turn, \"ababab\". A task that is polled again at once keeps the thread for as\n\
             long as it likes."
        );
    });
}

async fn yields_twice(name: char, order: Arc<Mutex<String>>) {
    for turn in 0..3 {
        order.lock().unwrap().push(name);
        let mut polled = turn == 2;
        poll_fn(|cx| {
            if polled {
                return Poll::Ready(());
            }
            polled = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// An executor with one task, which has been polled once and waits for messages.
fn waiting() -> (Executor, Inbox) {
    let (executor, inbox) = (Executor::new(), Inbox::default());
    executor.spawn(inbox.clone().read());
    let polls = executor.run();
    assert!(
        polls == 1,
        "a new task must be polled once; it was polled {polls} times"
    );
    (executor, inbox)
}

/// Messages for a task that never ends, and its waker.
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Messages>>);

#[derive(Default)]
struct Messages {
    waiting: usize,
    taken: usize,
    reader: Option<Waker>,
}

impl Inbox {
    async fn read(self) {
        poll_fn(|cx| {
            let mut messages = self.0.lock().unwrap();
            messages.taken += std::mem::take(&mut messages.waiting);
            messages.reader = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn put_one_and_wake(&self) {
        let reader = {
            let mut messages = self.0.lock().unwrap();
            messages.waiting += 1;
            messages.reader.clone().expect("the task has left a waker")
        };
        reader.wake();
    }

    fn taken(&self) -> usize {
        self.0.lock().unwrap().taken
    }
}
