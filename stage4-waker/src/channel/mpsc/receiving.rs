//! What both kinds of receivers are: a channel, and the values that have been taken out of it but not received.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;
use std::task::{Context, Poll};

use stage3_executor::budget;

use super::chan::Chan;
use super::error::TryRecvError;

pub(super) struct Receiving<T> {
    chan: Arc<Chan<T>>,
    batch: VecDeque<T>,
}

impl<T> Receiving<T> {
    /// The receiving side of a channel. There must be only one.
    pub(super) fn new(chan: Arc<Chan<T>>) -> Self {
        let batch = VecDeque::new();
        Receiving { chan, batch }
    }

    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        budget::operation(cx, |cx| match self.next(Some(cx)) {
            Ok(value) => Poll::Ready(Some(value)),
            Err(TryRecvError::Disconnected) => Poll::Ready(None),
            Err(TryRecvError::Empty) => Poll::Pending,
        })
    }

    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.next(None)
    }

    /// The next value. If there is none and there is somebody to be woken, leaves the waker.
    fn next(&mut self, cx: Option<&Context<'_>>) -> Result<T, TryRecvError> {
        if self.batch.is_empty() {
            self.chan.refill(&mut self.batch, cx)?;
        }
        let value = self.batch.pop_front().ok_or(TryRecvError::Empty)?;
        self.chan.return_slot();
        Ok(value)
    }

    /// How many values wait to be received.
    pub(super) fn len(&self) -> usize {
        self.batch.len() + self.chan.len()
    }
}

impl<T> Deref for Receiving<T> {
    type Target = Chan<T>;

    fn deref(&self) -> &Chan<T> {
        &self.chan
    }
}

impl<T> Drop for Receiving<T> {
    fn drop(&mut self) {
        // The batch goes after this, when the senders know already.
        self.chan.drop_receiver();
    }
}
