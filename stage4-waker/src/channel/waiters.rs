//! Who waits, in the order in which they came.

use std::collections::BTreeMap;
use std::task::{Context, Waker};

/// A queue of wakers from which anybody may leave. A waiter is known by its ticket; tickets are given out in
/// order and never again.
///
/// That a ticket is no longer here is how its holder learns that its turn has come: nothing else is stored.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    waiting: BTreeMap<Ticket, Waker>,
    next: u64,
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

impl Waiters {
    /// Joins at the end of the queue.
    pub(super) fn join(&mut self, cx: &Context<'_>) -> Ticket {
        let waker = cx.waker().clone();
        let ticket = Ticket(self.next);
        self.next += 1;
        self.waiting.insert(ticket, waker);
        ticket
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a ticket's turn is still to come.
    pub(super) fn contains(&self, ticket: Ticket) -> bool {
        self.waiting.contains_key(&ticket)
    }

    /// Leaves a newer waker with a ticket that is still here, and keeps the place. Returns the waker that this
    /// replaced, to be dropped outside the lock.
    pub(super) fn renew(&mut self, ticket: Ticket, cx: &Context<'_>) -> Option<Waker> {
        let waker = self.waiting.get_mut(&ticket)?;
        if waker.will_wake(cx.waker()) {
            return None;
        }
        Some(std::mem::replace(waker, cx.waker().clone()))
    }

    /// Takes the first in the queue out: its turn has come. The caller wakes it.
    pub(super) fn pop(&mut self) -> Option<Waker> {
        self.waiting.pop_first().map(|(_, waker)| waker)
    }

    /// Leaves the queue. `None` if the ticket's turn had come.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<Waker> {
        self.waiting.remove(&ticket)
    }

    /// The wakers of all who are in the queue, who stay there until they have seen why they were woken.
    pub(super) fn all(&self) -> Vec<Waker> {
        self.waiting.values().cloned().collect()
    }
}
