//! The lock and the atomic of the reactor: std's, or loom's while a model runs.
//!
//! A model (`--cfg stages_loom`) drives the real [`source`](crate::source) or [`notifier`](crate::notifier) through every interleaving
//! that loom knows. For that they must take them from here.

#[cfg(stages_loom)]
pub(crate) use self::atomic::AtomicUsize;
#[cfg(stages_loom)]
pub(crate) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(stages_loom))]
pub(crate) use std::sync::{Mutex, MutexGuard, atomic::AtomicUsize};

use std::sync::PoisonError;

/// Locks, whether or not somebody has panicked while holding the lock: no code of a waiter ever runs
/// under one, and nothing in here leaves its data half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(stages_loom)]
mod atomic {
    use loom::sync::atomic::{AtomicUsize as OfLoom, Ordering};

    /// Loom's, but that a store is an exchange. Nothing can come between the two halves of a read-modify-write; but loom
    /// lets a plain store, and then finds the older value (tokio-rs/loom#254).
    #[derive(Debug)]
    pub(crate) struct AtomicUsize(OfLoom);

    impl AtomicUsize {
        pub(crate) fn new(value: usize) -> Self {
            AtomicUsize(OfLoom::new(value))
        }

        pub(crate) fn store(&self, value: usize, order: Ordering) {
            self.0.swap(value, order);
        }
    }

    impl std::ops::Deref for AtomicUsize {
        type Target = OfLoom;

        fn deref(&self) -> &OfLoom {
            &self.0
        }
    }
}
