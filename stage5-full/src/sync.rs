//! Channels between tasks: stage 4's, under the path that they have in tokio.
//!
//! Locks and other channels need no runtime of their own: those of `async-lock`, `async-channel` and `tokio::sync`
//! work here as they are.

pub use stage4_waker::channel::{mpsc, oneshot};

mod primitives;

pub(crate) use self::primitives::*;
