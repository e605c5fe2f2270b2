//! A task on its way to a run queue.

use std::fmt;
use std::sync::Arc;

use super::{Run, Runnable, Schedule};

/// The entry of a task that must be put into a run queue: what a [`Schedule`] is given, and what a new task comes as.
///
/// It turns [into](From) the [`Runnable`] that queues hold. Until then it lends the task's scheduler, which is stored in the task
/// itself: to keep that any longer means to clone it, since another thread that finds the entry in a queue may run
/// the task to its end and free it.
#[must_use = "the task waits until its entry is run"]
pub struct Scheduled<S: Schedule>(Arc<dyn WithScheduler<S>>);

/// A task of which one still knows what its scheduler is.
pub(super) trait WithScheduler<S>: Run {
    fn scheduler(&self) -> &S;
}

impl<S: Schedule> Scheduled<S> {
    /// # Safety
    ///
    /// There must be no other entry for this task.
    pub(super) unsafe fn new(task: Arc<dyn WithScheduler<S>>) -> Self {
        Scheduled(task)
    }

    /// What the task was made with.
    pub fn scheduler(&self) -> &S {
        self.0.scheduler()
    }
}

impl<S: Schedule> From<Scheduled<S>> for Runnable {
    fn from(entry: Scheduled<S>) -> Self {
        // SAFETY: this was the entry.
        unsafe { Runnable::new(entry.0) }
    }
}

impl<S: Schedule> fmt::Debug for Scheduled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scheduled").field(&self.0.id()).finish()
    }
}
