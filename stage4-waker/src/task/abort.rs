//! Ending a task from outside.

use std::fmt;
use std::sync::Arc;

use super::{Run, TaskId};

/// The right to abort a task. It can be cloned, sent and kept for as long as one likes: it holds the task's
/// allocation, but neither its future nor its output.
#[derive(Clone)]
pub struct AbortHandle {
    task: Arc<dyn Run>,
}

impl AbortHandle {
    pub(super) fn new(task: Arc<dyn Run>) -> Self {
        AbortHandle { task }
    }

    /// Asks for the task's future to be dropped: see [`JoinHandle::abort`](super::JoinHandle::abort). The future is dropped on the
    /// thread that would have polled it, not on this one.
    pub fn abort(&self) {
        self.task.clone().abort();
    }

    /// Whether the task is complete.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// The task's number.
    pub fn id(&self) -> TaskId {
        self.task.id()
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}
