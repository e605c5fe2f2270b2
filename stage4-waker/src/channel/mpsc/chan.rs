//! What all handles of one channel share: the values, the slots, and who waits.
//!
//! Invariants:
//!
//! * Every slot is free, holds a value in the queue, or has been granted to a sender that has not used it yet:
//!   `capacity = free + queue.len() + granted`. `granted` is not stored.
//! * If a slot is free, no sender waits (unless for the news that the channel is closed).
//! * Nothing foreign is called under the lock: methods return the wakers to wake and the values to drop.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use super::error::{TryRecvError, TrySendError};
use crate::channel::waiters::{Ticket, Waiters};
use crate::channel::{leave, lock};

/// The number of slots of an unbounded channel: it never runs out.
pub(super) const UNBOUNDED: usize = usize::MAX;

pub(super) struct Chan<T> {
    pub(super) capacity: usize,
    state: Mutex<State<T>>,
}

struct State<T> {
    queue: VecDeque<T>,
    /// Slots that anybody may take.
    free: usize,
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
    /// Whether the receiver will get nothing any more.
    fn is_over(&self, capacity: usize) -> bool {
        let granted = capacity - self.free - self.queue.len();
        self.queue.is_empty() && (self.senders == 0 || self.closed && granted == 0)
    }

    /// A slot has become free: it goes to the first who waits, whose waker is returned. A closed channel grants none.
    fn free_slot(&mut self) -> Option<Waker> {
        let next = if self.closed {
            None
        } else {
            self.waiting.pop()
        };
        if next.is_none() {
            self.free += 1;
        }
        next
    }

    /// Takes the first value, and frees its slot.
    fn pop(&mut self) -> Option<(T, Option<Waker>)> {
        let value = self.queue.pop_front()?;
        Some((value, self.free_slot()))
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
            senders: 1,
            closed: false,
            receiver: true,
            receiver_waker: None,
            waiting: Waiters::default(),
            watching: Waiters::default(),
        });
        Chan { capacity, state }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        lock(&self.state)
    }

    pub(super) fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let waker = {
            let mut state = self.lock();
            if state.closed {
                return Err(TrySendError::Closed(value));
            }
            if state.free == 0 {
                return Err(TrySendError::Full(value));
            }
            state.free -= 1;
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
        state.free = state.free.checked_sub(1).ok_or(TrySendError::Full(()))?;
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
        if state.free > 0 {
            state.free -= 1;
            return Poll::Ready(true);
        }
        *ticket = Some(state.waiting.join(cx));
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
            let next = state.free_slot();
            // A closed channel is over once the last granted slot has come back.
            let over = state.is_over(self.capacity);
            (next, over.then(|| state.receiver_waker.take()).flatten())
        };
        next.into_iter().chain(receiver).for_each(Waker::wake);
    }

    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.lock();
        let Some((value, next)) = state.pop() else {
            return Err(match state.is_over(self.capacity) {
                true => TryRecvError::Disconnected,
                false => TryRecvError::Empty,
            });
        };
        drop(state);
        next.into_iter().for_each(Waker::wake);
        Ok(value)
    }

    pub(super) fn poll_recv(&self, cx: &Context<'_>) -> Poll<Option<T>> {
        let mut state = self.lock();
        if let Some((value, next)) = state.pop() {
            drop(state);
            next.into_iter().for_each(Waker::wake);
            return Poll::Ready(Some(value));
        }
        if state.is_over(self.capacity) {
            return Poll::Ready(None);
        }
        let old = leave(&mut state.receiver_waker, cx);
        drop(state);
        drop(old);
        Poll::Pending
    }

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
            let queue = std::mem::take(&mut state.queue);
            state.free += queue.len();
            (queue, state.receiver_waker.take())
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
        self.lock().free
    }

    pub(super) fn len(&self) -> usize {
        self.lock().queue.len()
    }
}
