//! The atomics of the lock-free parts: std's, or loom's while a model runs.
//!
//! Only types that contain nothing but these may be driven by a model (`--cfg stages_loom`), so the
//! lock-free parts of this crate are types of their own: [`State`](crate::task::State) of a task, and `Returned` of
//! a channel's slots.

#[cfg(not(stages_loom))]
pub(crate) use std::sync::atomic::AtomicUsize;

#[cfg(stages_loom)]
pub(crate) use loom::sync::atomic::AtomicUsize;
