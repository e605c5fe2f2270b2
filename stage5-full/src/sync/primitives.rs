//! What the lock-free parts are made of: std's atomics and cells, or loom's while a model runs.
//!
//! A model (`--cfg stages_loom`) drives the real run queue, LIFO slot and list of sleepers through
//! every interleaving that loom knows. For that they must take their atomics from here.

#[cfg(stages_loom)]
pub(crate) use loom::{
    cell::UnsafeCell,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize},
    },
};

#[cfg(not(stages_loom))]
pub(crate) use self::cell::UnsafeCell;
#[cfg(not(stages_loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize},
};

#[cfg(not(stages_loom))]
mod cell {
    /// std's cell with the interface of loom's, which wants to know when an access begins and ends.
    #[derive(Debug)]
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        pub(crate) fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
            access(self.0.get())
        }

        pub(crate) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
            access(self.0.get())
        }
    }
}

/// Locks a mutex of the runtime. No code of anybody else's runs under one, so none is ever poisoned.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("invariant: nothing panics while it holds a lock of the runtime")
}
