//! What all handles of one channel share: the values, the slots, and who waits.
//!
//! ```text
//!   senders ──► queue, under the lock ──(all at once)──► the receiver's batch, its own ──► recv
//!      ▲                                                                                   │
//!      └─────── free, under the lock ◄──(all at once)─── returned, one atomic word ◄───────┘
//! ```
//!
//! So a sender takes the lock for each value, the receiver once for all that have come.
//!
//! Invariants:
//!
//! * Every slot is free, has been returned, holds a value in the queue or in the batch, or has been granted to a
//!   sender that has not used it yet.
//! * If a slot is free, no sender waits (unless for the news that the channel is closed). If one has been returned
//!   while a sender waits, the receiver or that sender knows, and hands it out: see [`Returned`].
//! * Nothing foreign is called under the lock: wakers are woken and values dropped after it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use super::error::{TryRecvError, TrySendError};
use super::returned::Returned;
use crate::channel::waiters::{Ticket, Waiters};
use crate::channel::{leave, lock};

/// The number of slots of an unbounded channel: it never runs out, so none is returned.
pub(super) const UNBOUNDED: usize = usize::MAX;

pub(super) struct Chan<T> {
    pub(super) capacity: usize,
    returned: Returned,
    state: Mutex<State<T>>,
}

struct State<T> {
    queue: VecDeque<T>,
    /// Slots that anybody may take.
    free: usize,
    /// Slots that are some sender's, who has not used them yet.
    granted: usize,
    senders: usize,
    /// The receiver accepts no new values (it may have gone altogether).
    closed: bool,
    receiver: bool,
    receiver_waker: Option<Waker>,
    /// Senders that wait for a slot.
    waiting: Waiters,
    /// Senders that wait for the receiver to close.
    watching: Waiters,
}

impl<T> State<T> {
    /// Whether nothing will come after what the receiver has in its batch.
    fn is_over(&self) -> bool {
        self.queue.is_empty() && (self.senders == 0 || self.closed && self.granted == 0)
    }

    /// Grants a free slot to the first who waits, whose waker is returned. A closed channel grants none.
    fn grant(&mut self) -> Option<Waker> {
        if self.closed || self.free == 0 {
            return None;
        }
        let next = self.waiting.pop()?;
        self.free -= 1;
        self.granted += 1;
        Some(next)
    }

    /// Puts a value into a slot that is the caller's.
    fn push(&mut self, value: T) -> Option<Waker> {
        self.queue.push_back(value);
        self.receiver_waker.take()
    }
}

impl<T> Chan<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = Mutex::new(State {
            queue: VecDeque::new(),
            free: capacity,
            granted: 0,
            senders: 1,
            closed: false,
            receiver: true,
            receiver_waker: None,
            waiting: Waiters::default(),
            watching: Waiters::default(),
        });
        Chan {
            capacity,
            returned: Returned::default(),
            state,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        lock(&self.state)
    }

    /// Takes a slot, unless others wait for one.
    fn take_slot(&self, state: &mut State<T>) -> bool {
        if state.free == 0 && state.waiting.is_empty() {
            state.free = self.returned.collect();
        }
        let is_free = state.free > 0;
        state.free -= usize::from(is_free);
        is_free
    }

    pub(super) fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let waker = {
            let mut state = self.lock();
            if state.closed {
                return Err(TrySendError::Closed(value));
            }
            if !self.take_slot(&mut state) {
                return Err(TrySendError::Full(value));
            }
            state.push(value)
        };
        waker.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Takes a free slot.
    pub(super) fn try_reserve(&self) -> Result<(), TrySendError<()>> {
        let mut state = self.lock();
        if state.closed {
            return Err(TrySendError::Closed(()));
        }
        if !self.take_slot(&mut state) {
            return Err(TrySendError::Full(()));
        }
        state.granted += 1;
        Ok(())
    }

    /// Waits for a slot, in a queue where `ticket` is the caller's place. True: the slot is the caller's.
    pub(super) fn poll_reserve(&self, ticket: &mut Option<Ticket>, cx: &Context<'_>) -> Poll<bool> {
        let mut state = self.lock();
        if let Some(place) = *ticket {
            if state.waiting.contains(place) && !state.closed {
                let old = state.waiting.renew(place, cx);
                drop(state);
                drop(old);
                return Poll::Pending;
            }
            // Not in the queue any more: the slot was granted. In it although the channel is closed: it was not.
            *ticket = None;
            let left = state.waiting.leave(place);
            drop(state);
            return Poll::Ready(left.is_none());
        }
        if state.closed {
            return Poll::Ready(false);
        }
        if self.take_slot(&mut state) {
            state.granted += 1;
            return Poll::Ready(true);
        }
        *ticket = Some(state.waiting.join(cx));
        drop(state);
        if self.returned.want() {
            self.hand_out();
        }
        Poll::Pending
    }

    /// Stops waiting. If the slot had been granted meanwhile, it goes on to the next.
    pub(super) fn cancel_reserve(&self, ticket: Ticket) {
        let left = self.lock().waiting.leave(ticket);
        if left.is_none() {
            self.give_back();
        }
    }

    /// Puts a value into a slot that was reserved. If the receiver has gone, nobody will get it.
    pub(super) fn send_reserved(&self, value: T) {
        let waker = {
            let mut state = self.lock();
            state.granted -= 1;
            if !state.receiver {
                state.free += 1;
                drop(state);
                return drop(value);
            }
            state.push(value)
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Gives a reserved slot back unused.
    pub(super) fn give_back(&self) {
        let (next, receiver) = {
            let mut state = self.lock();
            state.granted -= 1;
            state.free += 1;
            let next = state.grant();
            // A closed channel is over once the last granted slot has come back.
            let over = state.is_over();
            (next, over.then(|| state.receiver_waker.take()).flatten())
        };
        next.into_iter().chain(receiver).for_each(Waker::wake);
    }

    /// The receiver has taken a value out of its batch, and with it out of its slot.
    pub(super) fn return_slot(&self) {
        if self.capacity != UNBOUNDED && self.returned.give_back() {
            self.hand_out();
        }
    }

    /// Grants the slots that were returned to those who wait, in order.
    fn hand_out(&self) {
        let grant_one = || {
            let mut state = self.lock();
            state.free += self.returned.collect();
            let next = state.grant();
            if state.waiting.is_empty() {
                self.returned.unwant();
            }
            next
        };
        std::iter::from_fn(grant_one).for_each(Waker::wake);
    }

    /// Fills the receiver's batch, which is empty, with all values that are there. If there is none, leaves a waker.
    // region: refill
    pub(super) fn refill(
        &self,
        batch: &mut VecDeque<T>,
        cx: Option<&Context<'_>>,
    ) -> Result<(), TryRecvError> {
        let mut state = self.lock();
        if !state.queue.is_empty() {
            std::mem::swap(&mut state.queue, batch);
            return Ok(());
        }
        if state.is_over() {
            return Err(TryRecvError::Disconnected);
        }
        let old = cx.and_then(|cx| leave(&mut state.receiver_waker, cx));
        drop(state);
        drop(old);
        Err(TryRecvError::Empty)
    }
    // endregion: refill

    /// Waits until the channel is closed. `ticket` is as in `poll_reserve`.
    pub(super) fn poll_closed(&self, ticket: &mut Option<Ticket>, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.closed {
            return Poll::Ready(());
        }
        let old = match *ticket {
            Some(place) => state.watching.renew(place, cx),
            None => {
                *ticket = Some(state.watching.join(cx));
                None
            }
        };
        drop(state);
        drop(old);
        Poll::Pending
    }

    pub(super) fn cancel_closed(&self, ticket: Ticket) {
        let left = self.lock().watching.leave(ticket);
        drop(left);
    }

    /// The receiver accepts no new values. Those that wait for a slot learn that they get none.
    pub(super) fn close(&self) {
        let (waiting, watching) = {
            let mut state = self.lock();
            state.closed = true;
            (state.waiting.all(), state.watching.all())
        };
        waiting.into_iter().chain(watching).for_each(Waker::wake);
    }

    /// The receiver goes, and the values that it has not received with it.
    pub(super) fn drop_receiver(&self) {
        self.close();
        let left = {
            let mut state = self.lock();
            state.receiver = false;
            (
                std::mem::take(&mut state.queue),
                state.receiver_waker.take(),
            )
        };
        drop(left);
    }

    pub(super) fn add_sender(&self) {
        self.lock().senders += 1;
    }

    /// A sender goes. With the last one, the receiver learns that nothing more will come.
    pub(super) fn drop_sender(&self) {
        let waker = {
            let mut state = self.lock();
            state.senders -= 1;
            (state.senders == 0)
                .then(|| state.receiver_waker.take())
                .flatten()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn is_closed_or_orphaned(&self) -> bool {
        let state = self.lock();
        state.closed || state.senders == 0
    }

    pub(super) fn free(&self) -> usize {
        let state = self.lock();
        state.free + self.returned.count()
    }

    pub(super) fn len(&self) -> usize {
        self.lock().queue.len()
    }
}
