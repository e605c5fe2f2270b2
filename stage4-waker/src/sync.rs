//! What the lock-free parts are made of: std's atomics and cells, or loom's while a model runs.
//!
//! Only types that contain nothing but these may be driven by a model (`--cfg stages_loom`), so the
//! lock-free parts of this crate are types of their own: [`State`](crate::task::State) of a task, `Returned` of
//! a channel's slots, and `Shared` of a channel for one value.

#[cfg(stages_loom)]
pub(crate) use loom::{cell::UnsafeCell, sync::atomic::AtomicUsize};

#[cfg(not(stages_loom))]
pub(crate) use self::cell::UnsafeCell;
#[cfg(not(stages_loom))]
pub(crate) use std::sync::atomic::AtomicUsize;

#[cfg(not(stages_loom))]
mod cell {
    /// std's cell with the interface of loom's, which wants to know when an access begins and ends.
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        pub(crate) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
            access(self.0.get())
        }
    }
}
