//! The unbounded channel: a sender never waits, so memory is the only limit.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::chan::{Chan, UNBOUNDED};
use super::error::{SendError, TryRecvError};
use super::receiving::Receiving;

/// Makes a channel without back-pressure. If senders are faster than the receiver for long, it grows until
/// memory ends: prefer [`channel`](super::channel) unless the number of values is limited by something else.
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let chan = Arc::new(Chan::new(UNBOUNDED));
    let inner = Receiving::new(chan.clone());
    (UnboundedSender { chan }, UnboundedReceiver { inner })
}

/// Sends values without waiting. It can be cloned; when the last one goes, the receiver learns that nothing more will come.
pub struct UnboundedSender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> UnboundedSender<T> {
    /// Sends the value.
    ///
    /// # Errors
    ///
    /// The value, if the receiver has closed the channel or is gone.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.chan
            .try_send(value)
            .map_err(|error| SendError(error.into_inner()))
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        self.chan.is_closed()
    }

    /// Whether both send to the same receiver.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        self.chan.add_sender();
        let chan = self.chan.clone();
        UnboundedSender { chan }
    }
}

impl<T> Drop for UnboundedSender<T> {
    fn drop(&mut self) {
        self.chan.drop_sender();
    }
}

/// Receives the values, in the order in which they were sent.
pub struct UnboundedReceiver<T> {
    inner: Receiving<T>,
}

impl<T> UnboundedReceiver<T> {
    /// Waits for the next value. `None`: all senders are gone, or the channel was closed, and every value has been received.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a value leaves the channel only when it is returned. Dropped before, nothing is lost.
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// What [`recv`](Self::recv) does, for a `poll` written by hand. The latest waker wins.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.inner.poll_recv(cx)
    }

    /// Takes the next value if there is one, without waiting.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.inner.try_recv()
    }

    /// Lets no new value in. Those already sent can still be received.
    pub fn close(&mut self) {
        self.inner.close();
    }

    /// Whether no new value can come: the channel was closed or all senders are gone.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed_or_orphaned()
    }

    /// How many values wait to be received.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether no value waits to be received.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mpsc::UnboundedSender")
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for UnboundedReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mpsc::UnboundedReceiver")
            .field("len", &self.inner.len())
            .finish()
    }
}
