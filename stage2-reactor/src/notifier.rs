//! How another thread interrupts a reactor that waits in the OS, without a system call if it does not.
//!
//! ```text
//!                 turn begins to wait                    notify
//!      ┌───────┐ ────────────────────► ┌─────────┐ ────────────────► ┌──────────┐
//!      │ EMPTY │                       │ POLLING │  and wakes the OS │ NOTIFIED │
//!      └───────┘ ◄──────────────────── └─────────┘                   └──────────┘
//!          │      the wait is over                                     ▲     │
//!          └───────────────────────────── notify ──────────────────────┘     │
//!          ▲                                                                 │
//!          └───────────── turn does not wait, or its wait is over ───────────┘
//! ```
//!
//! Invariant: whoever finds `POLLING` and replaces it wakes the OS. So any number of notifications
//! during one wait cost one system call, and those to a reactor that is awake cost none.

use crate::driver::Interrupt;
use crate::sync::AtomicUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[cfg(all(test, stages_loom))]
mod model;

const EMPTY: usize = 0;
const POLLING: usize = 1;
const NOTIFIED: usize = 2;

/// The ordering with which NOTIFIED is set.
const HAND_OVER: Ordering = if cfg!(stages_mutant = "notify_hands_nothing_over") {
    Ordering::Relaxed
} else {
    Ordering::Release
};

/// Interrupts the wait of one reactor, from any thread.
///
/// It knows nothing of what the reactor wakes up, so that it is `Send` and `Sync` whatever that is.
#[derive(Clone, Debug)]
pub struct Notifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: AtomicUsize,
    interrupt: Interrupt,
}

impl Notifier {
    pub(crate) fn new(interrupt: Interrupt) -> Self {
        Notifier(Arc::new(Inner {
            state: AtomicUsize::new(EMPTY),
            interrupt,
        }))
    }

    /// Makes the current wait of the reactor return at once, or, if it does not wait now, its next.
    ///
    /// What happened before this call is visible after the wait. Notifications are not counted.
    // region: notify
    pub fn notify(&self) {
        // Not to replace a NOTIFIED is wrong: it tells only of what was done before it was set.
        if cfg!(stages_mutant = "notify_spares_the_second") && self.is_notified() {
            return;
        }
        // Ordering: Release, so that the turn that takes NOTIFIED away sees what was done before. What an
        // earlier notifier has done it sees too: a read-modify-write, such as this swap, continues the
        // release sequence that it finds. (Acquire is needed by nobody here.)
        if self.0.state.swap(NOTIFIED, HAND_OVER) == POLLING {
            self.0.interrupt.raise();
        }
    }
    // endregion: notify

    /// Like [`notify`](Self::notify), but only if the reactor waits right now: for those who have
    /// changed something that the reactor reads after it has announced its wait.
    pub(crate) fn notify_if_polling(&self) {
        // Ordering: Relaxed. That the reactor does not wait, or will see the change, depends on a lock: see
        // `Reactor::turn`. The usual case costs no read-modify-write.
        if self.0.state.load(Ordering::Relaxed) != POLLING {
            return;
        }
        // Ordering: as in `notify`.
        let swapped =
            self.0
                .state
                .compare_exchange(POLLING, NOTIFIED, HAND_OVER, Ordering::Relaxed);
        if swapped.is_ok() {
            self.0.interrupt.raise();
        }
    }

    /// The reactor is about to wait. False if it must not, because it has been notified.
    pub(crate) fn begin_wait(&self) -> bool {
        if cfg!(stages_mutant = "a_wait_is_not_announced") {
            return !self.is_notified();
        }
        // Ordering: Acquire on failure: the notifier's work before `notify` must be seen. On
        // success nothing is handed over; nor is SeqCst needed, as the state is one word.
        self.0
            .state
            .compare_exchange(EMPTY, POLLING, Ordering::Relaxed, Ordering::Acquire)
            .is_ok()
    }

    /// The wait is over: takes back POLLING, or takes note of NOTIFIED.
    pub(crate) fn end_wait(&self) {
        // Ordering: Acquire pairs with the Release in `notify`.
        self.0.state.swap(EMPTY, Ordering::Acquire);
    }

    fn is_notified(&self) -> bool {
        self.0.state.load(Ordering::Relaxed) == NOTIFIED
    }
}
