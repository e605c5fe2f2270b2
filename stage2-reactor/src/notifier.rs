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
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const EMPTY: u8 = 0;
const POLLING: u8 = 1;
const NOTIFIED: u8 = 2;

/// Interrupts the wait of one reactor, from any thread.
///
/// It knows nothing of what the reactor wakes up, so that it is `Send` and `Sync` whatever that is.
#[derive(Clone, Debug)]
pub struct Notifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: AtomicU8,
    interrupt: Interrupt,
}

impl Notifier {
    pub(crate) fn new(interrupt: Interrupt) -> Self {
        Notifier(Arc::new(Inner {
            state: AtomicU8::new(EMPTY),
            interrupt,
        }))
    }

    /// Makes the current wait of the reactor return at once, or, if it does not wait now, its next.
    ///
    /// What happened before this call is visible after the wait. Notifications are not counted.
    // region: notify
    pub fn notify(&self) {
        // Ordering: Release, so that the turn that takes NOTIFIED away sees what was done before. What an
        // earlier notifier has done it sees too: a read-modify-write, such as this swap, continues the
        // release sequence that it finds. (Acquire is needed by nobody here.)
        if self.0.state.swap(NOTIFIED, Ordering::AcqRel) == POLLING {
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
                .compare_exchange(POLLING, NOTIFIED, Ordering::AcqRel, Ordering::Relaxed);
        if swapped.is_ok() {
            self.0.interrupt.raise();
        }
    }

    /// The reactor is about to wait. False if it must not, because it has been notified.
    pub(crate) fn begin_wait(&self) -> bool {
        // Ordering: Acquire on failure: the notifier's work before `notify` must be seen. On
        // success Release is not needed for data; SeqCst is not either, as the state is one word.
        self.0
            .state
            .compare_exchange(EMPTY, POLLING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The wait is over: takes back POLLING, or takes note of NOTIFIED.
    pub(crate) fn end_wait(&self) {
        // Ordering: Acquire pairs with the Release in `notify`.
        self.0.state.swap(EMPTY, Ordering::AcqRel);
    }
}
