//! The bounded channel: a sender waits until there is a slot for its value.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use stage3_executor::budget;

use super::chan::Chan;
use super::error::{SendError, TryRecvError, TrySendError};
use super::receiving::Receiving;
use crate::channel::waiters::Ticket;

/// Makes a channel that holds up to `buffer` values which have not been received yet.
///
/// # Panics
///
/// If `buffer` is 0.
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    assert!(buffer > 0, "mpsc bounded channel requires buffer > 0");
    let chan = Arc::new(Chan::new(buffer));
    let inner = Receiving::new(chan.clone());
    (Sender { chan }, Receiver { inner })
}

/// Sends values. It can be cloned; when the last one goes, the receiver learns that nothing more will come.
pub struct Sender<T> {
    chan: Arc<Chan<T>>,
}

impl<T> Sender<T> {
    /// Waits for a slot and sends the value. Senders that wait are served in the order in which they came.
    ///
    /// # Errors
    ///
    /// The value, if the receiver has closed the channel or is gone.
    ///
    /// # Cancel safety
    ///
    /// A send that is dropped while it waits has not sent, its value is dropped, and its place in the queue is lost. To keep the value,
    /// [`reserve`](Self::reserve) first.
    pub async fn send(&self, value: T) -> Result<(), SendError<T>> {
        poll_fn(budget::poll_ready).await;
        let value = match self.try_send(value) {
            Err(TrySendError::Full(value)) => value,
            Err(TrySendError::Closed(value)) => return Err(SendError(value)),
            Ok(()) => {
                budget::spend();
                return Ok(());
            }
        };
        match self.reserve().await {
            Ok(permit) => {
                permit.send(value);
                Ok(())
            }
            Err(SendError(())) => Err(SendError(value)),
        }
    }

    /// Sends the value if there is a free slot, without waiting.
    ///
    /// # Errors
    ///
    /// The value, with the reason.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.chan.try_send(value)
    }

    /// Waits for a slot, to be used by [`Permit::send`], which neither waits nor fails.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or is gone.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost by dropping it but the place in the queue.
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        let mut place = Place {
            chan: &self.chan,
            ticket: None,
        };
        let granted =
            poll_fn(|cx| budget::operation(cx, |cx| self.chan.poll_reserve(&mut place.ticket, cx)));
        match granted.await {
            true => Ok(Permit { chan: &self.chan }),
            false => Err(SendError(())),
        }
    }

    /// Takes a slot if one is free, without waiting.
    ///
    /// # Errors
    ///
    /// With the reason.
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.chan.try_reserve()?;
        Ok(Permit { chan: &self.chan })
    }

    /// Waits until the receiver has closed the channel or is gone.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost by dropping it.
    pub async fn closed(&self) {
        let mut watch = Watch {
            chan: &self.chan,
            ticket: None,
        };
        poll_fn(|cx| budget::operation(cx, |cx| self.chan.poll_closed(&mut watch.ticket, cx)))
            .await;
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        self.chan.is_closed()
    }

    /// How many slots are free now.
    pub fn capacity(&self) -> usize {
        self.chan.free()
    }

    /// How many slots there are.
    pub fn max_capacity(&self) -> usize {
        self.chan.capacity
    }

    /// Whether both send to the same receiver.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.chan.add_sender();
        let chan = self.chan.clone();
        Sender { chan }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.chan.drop_sender();
    }
}

/// A place in the queue of those who wait for a slot; dropped, it is given up.
struct Place<'a, T> {
    chan: &'a Chan<T>,
    ticket: Option<Ticket>,
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.chan.cancel_reserve(ticket);
        }
    }
}

/// A place among those who wait for the channel to close.
struct Watch<'a, T> {
    chan: &'a Chan<T>,
    ticket: Option<Ticket>,
}

impl<T> Drop for Watch<'_, T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.chan.cancel_closed(ticket);
        }
    }
}

/// A slot of the channel. Dropped unused, it goes to the next who waits.
#[must_use = "a permit that is dropped gives its slot back"]
pub struct Permit<'a, T> {
    chan: &'a Chan<T>,
}

impl<T> Permit<'_, T> {
    /// Sends the value into the slot.
    pub fn send(self, value: T) {
        self.chan.send_reserved(value);
        std::mem::forget(self);
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.chan.give_back();
    }
}

/// Receives the values, in the order in which they were sent.
pub struct Receiver<T> {
    inner: Receiving<T>,
}

impl<T> Receiver<T> {
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

    /// Lets no new value in. Those already sent, and those for which a [`Permit`] was given, can still be received.
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

    /// How many slots are free now.
    pub fn capacity(&self) -> usize {
        self.inner.free()
    }

    /// How many slots there are.
    pub fn max_capacity(&self) -> usize {
        self.inner.capacity
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mpsc::Sender")
            .field("free", &self.chan.free())
            .finish()
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mpsc::Permit").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("mpsc::Receiver")
            .field("len", &self.inner.len())
            .finish()
    }
}
