//! A channel for one value.
//!
//! ```text
//!            send(value)                 poll
//!   Sender ──────────────► [ value ] ──────────► Receiver: Ok(value)
//!      │ dropped                                    │ dropped or close()
//!      └── Receiver gets                            └── send gives the value back,
//!          Err(RecvError)                               closed().await returns
//! ```
//!
//! Who may touch what, and when, is told in `shared.rs`, which has all of the `unsafe`.
//!
//! # Examples
//!
//! ```
//! use stage4_waker::channel::oneshot;
//!
//! let (sender, mut receiver) = oneshot::channel();
//! assert_eq!(sender.send(5), Ok(()));
//! assert_eq!(receiver.try_recv(), Ok(5));
//! ```

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use stage3_executor::budget;

use shared::{Shared, Side};

mod shared;

/// Makes a channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared::new());
    (
        Sender {
            shared: Some(shared.clone()),
        },
        Receiver {
            shared: Some(shared),
        },
    )
}

/// Sends the one value. Dropped without sending, it lets the receiver know.
pub struct Sender<T> {
    /// `None` once the value has been sent.
    shared: Option<Arc<Shared<T>>>,
}

impl<T> Sender<T> {
    /// Sends the value. That it was sent does not mean that it will be received: the receiver may go first.
    ///
    /// # Errors
    ///
    /// The value itself, if the receiver has closed the channel or is gone.
    pub fn send(mut self, value: T) -> Result<(), T> {
        let shared = self
            .shared
            .take()
            .expect("a sender has its channel until it sends");
        // SAFETY: this is the sender, and with its channel gone it will not end again.
        unsafe { shared.send(value) }
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        self.shared().has_ended(Side::Receiver)
    }

    /// Waits until the receiver closes the channel or goes away, so that whoever computes a value may stop when nobody wants it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost by dropping it.
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.poll_closed(cx)).await
    }

    /// What [`closed`](Self::closed) does, for a `poll` written by hand. The latest waker wins.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        budget::operation(cx, |cx| {
            // SAFETY: this is the sender.
            unsafe { self.shared().poll_ended(Side::Sender, cx) }
        })
    }

    fn shared(&self) -> &Shared<T> {
        self.shared
            .as_ref()
            .expect("a sender has its channel until it sends")
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            // SAFETY: this is the sender.
            unsafe { shared.end(Side::Sender) }
        }
    }
}

/// Receives the one value: a future of `Result<T, RecvError>`.
///
/// # Cancel safety
///
/// Waiting on `&mut receiver` is cancel safe. Dropping the receiver drops a value that was sent and not received.
///
/// # Panics
///
/// When polled after it has given its result.
pub struct Receiver<T> {
    /// `None` once the result has been given.
    shared: Option<Arc<Shared<T>>>,
}

impl<T> Receiver<T> {
    /// Tells the sender that the value is not wanted any more. A value that was sent before can still be received.
    pub fn close(&mut self) {
        if let Some(shared) = &self.shared {
            // SAFETY: this is the receiver.
            unsafe { shared.end(Side::Receiver) }
        }
    }

    /// Takes the value if it is there, without waiting.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if it may still come, [`TryRecvError::Closed`] if it cannot, or has been taken.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let shared = self.shared.as_ref().ok_or(TryRecvError::Closed)?;
        if !shared.has_ended(Side::Sender) && !shared.has_ended(Side::Receiver) {
            return Err(TryRecvError::Empty);
        }
        self.take().ok_or(TryRecvError::Closed)
    }

    fn poll_value(&mut self, cx: &Context<'_>) -> Poll<Result<T, RecvError>> {
        let shared = self
            .shared
            .as_ref()
            .expect("a oneshot Receiver was polled after it had given its result");
        // SAFETY: this is the receiver.
        ready!(unsafe { shared.poll_ended(Side::Receiver, cx) });
        Poll::Ready(self.take().ok_or(RecvError(())))
    }

    /// The result, and the end of this side's part.
    fn take(&mut self) -> Option<T> {
        let shared = self.shared.take()?;
        // SAFETY: this is the receiver.
        unsafe { shared.take_value() }
    }
}

impl<T> Unpin for Receiver<T> {}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        budget::operation(cx, |cx| self.poll_value(cx))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.close();
        drop(self.take());
    }
}

/// The sender was dropped without sending (or the channel closed before it sent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecvError(());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed: the sender went away without sending")
    }
}

impl std::error::Error for RecvError {}

/// Why [`Receiver::try_recv`] gave no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryRecvError {
    /// The value has not been sent yet.
    Empty,
    /// No value will come.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "channel empty",
            TryRecvError::Closed => "channel closed",
        })
    }
}

impl std::error::Error for TryRecvError {}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("oneshot::Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("oneshot::Receiver").finish_non_exhaustive()
    }
}
