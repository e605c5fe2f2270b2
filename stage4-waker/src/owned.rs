//! The list of unfinished tasks that one worker answers for.
//!
//! ```text
//!   spawn ──► run queue ──► first poll ──► Ready: it never enters a list
//!               owns it        │
//!                              └────────► Pending: entered here, owned here
//!                                            │
//!                 completes on this worker ──┼──► removed at once
//!                 completes on another one ──┘──► Schedule::release tells this one
//! ```
//!
//! Invariant: every unfinished task is in a run queue or in exactly one list, so that a scheduler which goes
//! away can drop every future itself, and the last reference that a waker or a handle holds is an empty
//! shell. The list is its worker's own: no lock, and nothing is inserted for a task that finishes in its
//! first poll.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use slab::Slab;

use crate::task::Run;

/// The unfinished tasks that one worker (or one executor) was the first to poll.
pub struct OwnedTasks {
    worker: u32,
    tasks: Slab<Arc<dyn Run>>,
}

impl OwnedTasks {
    /// An empty list for worker number `worker`.
    ///
    /// # Panics
    ///
    /// If the number needs more than 32 bits.
    pub fn new(worker: usize) -> Self {
        let worker = worker
            .try_into()
            .expect("there are fewer than 2^32 workers");
        let tasks = Slab::new();
        OwnedTasks { worker, tasks }
    }

    /// The number of the worker whose list this is; it also names that worker in events.
    pub fn worker(&self) -> usize {
        self.worker as usize
    }

    /// How many tasks are in the list.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether no task is in the list.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Takes a task in, and tells where it is.
    pub(crate) fn insert(&mut self, task: Arc<dyn Run>) -> Place {
        Place::new(self.worker, self.tasks.insert(task))
    }

    /// Lets a task go, since it is complete. `key` is what [`Schedule::release`](crate::task::Schedule::release)
    /// was given. A key that is not in the list (any more) is ignored: a shutdown may have overtaken the message.
    pub fn remove(&mut self, key: usize) {
        drop(self.tasks.try_remove(key));
    }

    /// Drops the futures of all tasks in the list, in the order of their keys. Each task's join handle gets
    /// [`JoinError::is_cancelled`](crate::task::JoinError::is_cancelled). A task whose [entry](crate::task::Runnable) is in a queue, or being
    /// run by another worker, is left to whoever has that, and aborted: the next one to run it drops its future.
    pub fn shutdown(&mut self) {
        for task in self.tasks.drain() {
            task.disown();
        }
    }

    /// As [`shutdown`](Self::shutdown), but entries do not count: those that are left have been dropped by threads that may not run them.
    ///
    /// # Safety
    ///
    /// No entry of these tasks will be run or cancelled any more.
    pub unsafe fn shutdown_local(&mut self) {
        for task in self.tasks.drain() {
            if !task.is_finished() {
                // SAFETY: nobody else will run it.
                unsafe { task.cancel() };
            }
        }
    }
}

/// Where a task is entered: the number of the list's worker, and the key in the list. Every task has room for one, so it is eight
/// bytes, and an `Option` of it no more.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    worker: u32,
    key_plus_one: NonZeroU32,
}

impl Place {
    fn new(worker: u32, key: usize) -> Self {
        let key_plus_one = u32::try_from(key + 1).ok().and_then(NonZeroU32::new);
        Place {
            worker,
            key_plus_one: key_plus_one.expect("a list holds fewer than 2^32 tasks"),
        }
    }

    pub(crate) fn worker(self) -> usize {
        self.worker as usize
    }

    pub(crate) fn key(self) -> usize {
        self.key_plus_one.get() as usize - 1
    }
}

impl fmt::Debug for OwnedTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.tasks.iter().map(|(_, task)| task.id());
        f.debug_struct("OwnedTasks")
            .field("worker", &self.worker)
            .field("tasks", &ids.collect::<Vec<_>>())
            .finish()
    }
}
