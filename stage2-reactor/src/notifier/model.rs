//! The interleavings of a reactor that waits with threads that notify it, explored by loom.
//!
//! ```text
//! export LOOM_MAX_PREEMPTIONS=3     of any number they take some seconds
//! RUSTFLAGS="--cfg stages_loom" cargo test --release -p stage2-reactor --lib notifier::model
//! RUSTFLAGS="--cfg stages_loom --cfg stages_mutant=\"notify_spares_the_second\"" cargo test …   must fail
//! ```
//!
//! The notifier is the real one. What the OS is told is counted, and orders nothing (an OS does more, but nobody should count on
//! it). Each mutant is one mistake in `notifier.rs`, and makes the models named after `mutants:` fail with their own assertion.

use loom::sync::Mutex;
use loom::sync::atomic::Ordering::Relaxed;
use loom::thread;

use super::*;

struct Reactor {
    notifier: Notifier,
    /// The interrupts that have not ended a wait yet.
    interrupts: Arc<AtomicUsize>,
    /// What each of two other threads has done before it notifies the reactor.
    done: [loom::sync::atomic::AtomicUsize; 2],
    has_deadline: Mutex<bool>,
}

impl Reactor {
    fn new() -> loom::sync::Arc<Self> {
        let interrupts = Arc::new(AtomicUsize::new(0));
        loom::sync::Arc::new(Reactor {
            notifier: Notifier::new(Interrupt::Counted(interrupts.clone())),
            interrupts,
            done: Default::default(),
            has_deadline: Mutex::new(false),
        })
    }

    /// Another thread does something, and says so.
    fn act(&self, who: usize) {
        self.done[who].store(1, Relaxed);
        self.notifier.notify();
    }

    /// Another thread sets the earliest deadline.
    fn set_deadline(&self) {
        *self.has_deadline.lock().unwrap() = true;
        self.notifier.notify_if_polling();
    }

    /// A wait that ends, be it because its time is up.
    fn wait_for_a_while(&self) {
        self.notifier.begin_wait();
        self.interrupts.swap(0, Relaxed);
        self.notifier.end_wait();
    }

    /// A wait without a limit. False: nothing has ended it yet.
    fn wait(&self) -> bool {
        if self.notifier.begin_wait() && self.interrupts.swap(0, Relaxed) == 0 {
            return false;
        }
        self.notifier.end_wait();
        true
    }

    fn sees_all(&self) -> bool {
        self.done.iter().all(|done| done.load(Relaxed) == 1)
    }

    fn is_interrupted(&self) -> bool {
        self.interrupts.load(Relaxed) > 0
    }
}

/// Runs `f` with a share of the reactor on another thread.
fn spawn(
    reactor: &loom::sync::Arc<Reactor>,
    f: impl FnOnce(&Reactor) + 'static,
) -> thread::JoinHandle<()> {
    let reactor = reactor.clone();
    thread::spawn(move || f(&reactor))
}

/// mutants: `notify_hands_nothing_over`, `notify_spares_the_second`
#[test]
fn what_was_done_before_a_notification_is_seen_by_the_wait_that_takes_it_away() {
    loom::model(|| {
        let reactor = Reactor::new();
        let others = [0, 1].map(|who| spawn(&reactor, move |reactor| reactor.act(who)));
        reactor.wait_for_a_while();
        let saw_all = reactor.sees_all();
        for other in others {
            other.join().unwrap();
        }
        assert!(
            saw_all || reactor.notifier.is_notified(),
            "no notification is left, and something that was done before one has not been seen"
        );
    });
}

/// mutants: `a_wait_is_not_announced`
#[test]
fn nobody_sleeps_through_a_notification() {
    loom::model(|| {
        let reactor = Reactor::new();
        let others = [0, 1].map(|who| spawn(&reactor, move |reactor| reactor.act(who)));
        reactor.wait_for_a_while();
        let is_awake = reactor.wait();
        for other in others {
            other.join().unwrap();
        }
        assert!(
            is_awake || reactor.is_interrupted() || !reactor.notifier.is_notified(),
            "the reactor sleeps, and has been notified"
        );
    });
}

/// mutants: `a_wait_is_not_announced`
#[test]
fn a_deadline_is_found_before_the_wait_or_interrupts_it() {
    loom::model(|| {
        let reactor = Reactor::new();
        let other = spawn(&reactor, Reactor::set_deadline);
        let waits = reactor.notifier.begin_wait();
        let found = *reactor.has_deadline.lock().unwrap();
        other.join().unwrap();
        assert!(
            !waits || found || reactor.is_interrupted(),
            "the reactor sleeps beyond a deadline"
        );
    });
}
