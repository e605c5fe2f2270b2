//! What a task's waker does: it counts a wake, and puts the task into a queue if nobody has before.
//!
//! The waker is the task's `Arc` itself. It touches the state word and no cell, so it may be called and dropped on any thread.

use std::sync::Arc;

use futures_task::ArcWake;
use stage1_green_threads::trace;

use super::Task;
use crate::task::Schedule;
use crate::task::polling::wakes_itself;
use crate::task::scheduled::Scheduled;

// region: arc_wake
impl<F: Future + 'static, S: Schedule> ArcWake for Task<F, S>
where
    F::Output: 'static,
{
    fn wake_by_ref(this: &Arc<Self>) {
        if this.is_to_be_scheduled() {
            // SAFETY: the state says that there is no entry yet.
            S::schedule(unsafe { Scheduled::new(this.clone()) });
        }
    }

    /// The waker's reference becomes that of the entry.
    fn wake(self: Arc<Self>) {
        if self.is_to_be_scheduled() {
            // SAFETY: as above.
            S::schedule(unsafe { Scheduled::new(self) });
        }
    }
}
// endregion: arc_wake

impl<F: Future, S: Schedule> Task<F, S> {
    /// Notes a wake. Whether the caller must schedule the task for it.
    fn is_to_be_scheduled(&self) -> bool {
        trace::wake(self.id);
        !wakes_itself(self.id) && self.state.wake()
    }
}
