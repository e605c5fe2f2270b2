//! A channel for one value.
//!
//! ```text
//!            send(value)                 poll
//!   Sender ──────────────► [ value ] ──────────► Receiver: Ok(value)
//!      │ dropped               ▲                    │ dropped or close()
//!      └── Receiver gets       │                    └── send gives the value back,
//!          Err(RecvError)   one Mutex                   closed().await returns
//! ```
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
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use stage3_executor::budget;

use super::{leave, lock};

/// Makes a channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Mutex::new(Shared {
        value: None,
        sender: true,
        open: true,
        receiver_waker: None,
        sender_waker: None,
    }));
    (
        Sender {
            shared: Some(shared.clone()),
        },
        Receiver {
            shared: Some(shared),
        },
    )
}

/// Everything that the two sides share.
struct Shared<T> {
    value: Option<T>,
    /// The sender may still send.
    sender: bool,
    /// The receiver still wants the value.
    open: bool,
    /// Left by a receiver that found no value; woken when one comes or none can come any more.
    receiver_waker: Option<Waker>,
    /// Left by a sender that waits in `closed`; woken when the receiver closes.
    sender_waker: Option<Waker>,
}

/// Sends the one value. Dropped without sending, it lets the receiver know.
pub struct Sender<T> {
    /// `None` once the value has been sent.
    shared: Option<Arc<Mutex<Shared<T>>>>,
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
        let waker = {
            let mut state = lock(&shared);
            state.sender = false;
            if !state.open {
                return Err(value);
            }
            state.value = Some(value);
            state.receiver_waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        !lock(self.shared()).open
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
            let mut state = lock(self.shared());
            if !state.open {
                return Poll::Ready(());
            }
            let old = leave(&mut state.sender_waker, cx);
            drop(state);
            drop(old);
            Poll::Pending
        })
    }

    fn shared(&self) -> &Mutex<Shared<T>> {
        self.shared
            .as_ref()
            .expect("a sender has its channel until it sends")
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let Some(shared) = self.shared.take() else {
            return;
        };
        let wakers = {
            let mut state = lock(&shared);
            state.sender = false;
            (state.receiver_waker.take(), state.sender_waker.take())
        };
        wakers.0.into_iter().for_each(Waker::wake);
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
    shared: Option<Arc<Mutex<Shared<T>>>>,
}

impl<T> Receiver<T> {
    /// Tells the sender that the value is not wanted any more. A value that was sent before can still be received.
    pub fn close(&mut self) {
        let Some(shared) = &self.shared else { return };
        let waker = {
            let mut state = lock(shared);
            state.open = false;
            state.sender_waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Takes the value if it is there, without waiting.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if it may still come, [`TryRecvError::Closed`] if it cannot, or has been taken.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let shared = self.shared.as_ref().ok_or(TryRecvError::Closed)?;
        let (value, more) = {
            let mut state = lock(shared);
            (state.value.take(), state.sender && state.open)
        };
        if value.is_none() && more {
            return Err(TryRecvError::Empty);
        }
        self.shared = None;
        value.ok_or(TryRecvError::Closed)
    }

    fn poll_value(&mut self, cx: &Context<'_>) -> Poll<Result<T, RecvError>> {
        let shared = self
            .shared
            .as_ref()
            .expect("a oneshot Receiver was polled after it had given its result");
        let mut state = lock(shared);
        let value = state.value.take();
        if value.is_none() && state.sender && state.open {
            let old = leave(&mut state.receiver_waker, cx);
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        drop(state);
        self.shared = None;
        Poll::Ready(value.ok_or(RecvError(())))
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
        let Some(shared) = self.shared.take() else {
            return;
        };
        let left = {
            let mut state = lock(&shared);
            state.open = false;
            (
                state.value.take(),
                state.receiver_waker.take(),
                state.sender_waker.take(),
            )
        };
        left.2.into_iter().for_each(Waker::wake);
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
