//! Every interleaving of what a sender and a receiver do, explored by loom; it also sees whether two threads are ever in one cell.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::Arc;
use loom::thread;

use super::{Shared, Side};

/// Counts its wakes. Loom does not see this: it orders nothing.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A side that waits, with a new waker for each poll.
#[derive(Default)]
struct Waiter(Vec<std::sync::Arc<Counter>>);

impl Waiter {
    fn poll(&mut self, shared: &Shared<u8>, side: Side) -> Poll<()> {
        let counter = std::sync::Arc::<Counter>::default();
        self.0.push(counter.clone());
        let waker = Waker::from(counter);
        // SAFETY: each side is polled by one thread.
        unsafe { shared.poll_ended(side, &Context::from_waker(&waker)) }
    }

    /// Whether the last waker was called.
    fn was_woken(&self) -> bool {
        let last = self.0.last().expect("it has been polled");
        last.0.load(SeqCst) == 1
    }

    /// How many of the wakers are still stored somewhere.
    fn kept(&self) -> usize {
        let is_kept = |counter: &&_| std::sync::Arc::strong_count(counter) > 1;
        self.0.iter().filter(is_kept).count()
    }
}

fn other_thread(
    shared: &Arc<Shared<u8>>,
    part: impl FnOnce(&Shared<u8>) + 'static,
) -> thread::JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || part(&shared))
}

/// mutant: `oneshot_waits_after_the_end`
#[test]
fn a_side_that_waits_is_woken_when_the_other_one_ends() {
    for waits in [Side::Receiver, Side::Sender] {
        loom::model(move || {
            let shared = Arc::new(Shared::new());
            let other = other_thread(&shared, move |shared| {
                // SAFETY: this thread is that side.
                unsafe { shared.end(waits.other()) }
            });
            // Two polls: the second one puts in a newer waker.
            let mut waiter = Waiter::default();
            let ready =
                waiter.poll(&shared, waits).is_ready() || waiter.poll(&shared, waits).is_ready();
            other.join().unwrap();
            assert!(
                ready || waiter.was_woken(),
                "a side sleeps though the other one has ended"
            );
            assert_eq!(
                waiter.kept(),
                0,
                "a waker is kept though nobody will call it"
            );
        });
    }
}

/// mutant: `oneshot_changes_after_the_end`
#[test]
fn a_value_is_received_or_given_back() {
    loom::model(|| {
        let shared = Arc::new(Shared::new());
        let unsent = Arc::new(loom::sync::Mutex::new(None));
        let sender = {
            let unsent = unsent.clone();
            other_thread(&shared, move |shared| {
                // SAFETY: this thread is the sender.
                *unsent.lock().unwrap() = unsafe { shared.send(7) }.err();
            })
        };
        let mut waiter = Waiter::default();
        let _ = waiter.poll(&shared, Side::Receiver);
        // SAFETY: this thread is the receiver.
        let received = unsafe {
            shared.end(Side::Receiver);
            shared.take_value()
        };
        sender.join().unwrap();
        let unsent = unsent.lock().unwrap().take();
        assert_eq!(
            received.xor(unsent),
            Some(7),
            "a value is lost, or there twice"
        );
    });
}

#[test]
fn both_sides_may_wait_and_end_at_once() {
    loom::model(|| {
        let shared = Arc::new(Shared::new());
        let wait_and_end = |shared: &Shared<u8>, side| {
            let mut waiter = Waiter::default();
            let _ = waiter.poll(shared, side);
            // SAFETY: each side is one thread.
            unsafe { shared.end(side) };
            waiter
        };
        let sender = other_thread(&shared, move |shared| {
            wait_and_end(shared, Side::Sender);
        });
        let waiter = wait_and_end(&shared, Side::Receiver);
        sender.join().unwrap();
        assert_eq!(
            waiter.kept(),
            0,
            "a waker is kept though nobody will call it"
        );
    });
}
