#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order

pub mod owned;
pub mod task;

pub mod channel;

mod sync;

pub use self::owned::OwnedTasks;
pub use self::task::{AbortHandle, JoinError, JoinHandle};
