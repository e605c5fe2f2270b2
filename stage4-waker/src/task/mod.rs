//! The task: a future in an allocation of its own, with the state that decides when it is polled.
//!
//! ```text
//!              Arc<Task<F, S>>, one allocation
//!            ┌───────────────────────────────────────────────┐
//!   Waker ──►│ state      SCHEDULED RUNNING COMPLETE …       │◄── JoinHandle<T>, as Arc<dyn Join<T>>
//!   Waker ──►│ id         its number in events               │
//!            │ scheduler  S: where to enqueue                │◄── AbortHandle,   as Arc<dyn Run>
//!            │ owner      (worker, key) of the list it is in │
//!   list  ──►│ stage      F | Result<T, JoinError> | taken   │◄── run queue,     as Arc<dyn Run>
//!            │ join waker who waits for the output           │
//!            └───────────────────────────────────────────────┘
//! ```
//!
//! Everything that points to a task counts as one reference; what they may do to it is decided by the
//! [`State`] alone. A scheduler implements [`Schedule`], is given `Arc<dyn Run>`s, and calls [`Run::run`] on
//! them: this crate's [`LocalExecutor`](crate::LocalExecutor) is one, and the workers of the next stage
//! are another.
//!
//! # Futures that are not `Send`
//!
//! A [`Waker`](std::task::Waker) is `Send + Sync` whatever the future is, and so are abort handles. That is sound because
//! of these rules, for a task made by [`new_local`]:
//!
//! * its future is polled and dropped by [`Run::run`] and [`Run::shutdown`] only, and its scheduler calls these
//!   on the task's home thread only;
//! * a wake or an abort from elsewhere sets a bit and hands an `Arc<dyn Run>` to the scheduler, no more;
//! * the scheduler owns every unfinished task (see [`OwnedTasks`]), and shuts them down
//!   before it goes away: so the last reference, wherever it is dropped, holds no future;
//! * the output goes to the join handle, which is `Send` only if the output is, or is dropped by the completer.

use std::sync::Arc;

use stage1_green_threads::trace;
pub use stage1_green_threads::trace::TaskId;

use crate::owned::OwnedTasks;

pub mod state;

mod abort;
mod core;
mod error;
mod join;

pub use self::abort::AbortHandle;
pub use self::error::JoinError;
pub use self::join::JoinHandle;
pub use self::state::State;

use self::core::Task;

/// A task as its scheduler sees it: something to run, whatever its future is.
///
/// Only tasks implement it, since nothing else could keep the rules above.
pub trait Run: Send + Sync + sealed::Sealed {
    /// Polls the task once, or drops its future if it was aborted. `owner` is the list of the worker that calls;
    /// a task that is still unfinished after its first poll enters it.
    ///
    /// Panics of the future are caught and go to the join handle. A call for a task that is not in a run queue, or that
    /// somebody else runs, does nothing.
    fn run(self: Arc<Self>, owner: &mut OwnedTasks);

    /// Drops the task's future now, since its scheduler goes away, and gives its join handle a
    /// [`JoinError::is_cancelled`]. If the task is being polled on another thread, that thread does so when the
    /// poll returns. Does nothing to a complete task.
    fn shutdown(self: Arc<Self>);

    /// Asks for the future to be dropped: [`AbortHandle::abort`].
    fn abort(self: Arc<Self>);

    /// Whether the task is complete.
    fn is_finished(&self) -> bool;

    /// The task's number.
    fn id(&self) -> TaskId;
}

/// How tasks get into a run queue. One value of this type is stored in each task.
pub trait Schedule: Send + Sync + 'static {
    /// Puts a task into a run queue. It is called on the thread that woke the task, once for each time that the
    /// task must be run; [`Run::run`] is the answer.
    ///
    /// A scheduler that has gone away drops the task, after [`Run::shutdown`] if it is new.
    fn schedule(&self, task: Arc<dyn Run>);

    /// Tells worker `owner` that the task under `key` in its list is complete: the task finished on another worker.
    /// The answer is [`OwnedTasks::remove`] on that worker.
    fn release(&self, owner: usize, key: usize);
}

/// Makes a task that may run on any thread. The caller enqueues the returned entry, once.
pub fn new<F, S>(future: F, scheduler: S) -> (Arc<dyn Run>, JoinHandle<F::Output>)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
    S: Schedule,
{
    // SAFETY: with a future and an output that are `Send`, no thread is the wrong one.
    unsafe { new_local(future, scheduler) }
}

/// Makes a task whose future stays on one thread. The caller enqueues the returned entry, once.
///
/// # Safety
///
/// The scheduler must call [`Run::run`] and [`Run::shutdown`] on this task on the current thread only, and must have called
/// one of them to the end of the task (until [`Run::is_finished`]) before it drops its last reference to it: that
/// is, it drains its queues and its [`OwnedTasks`] before it goes away. If `F::Output` is not
/// `Send`, the join handle is not either, and needs no further care.
pub unsafe fn new_local<F, S>(future: F, scheduler: S) -> (Arc<dyn Run>, JoinHandle<F::Output>)
where
    F: Future + 'static,
    F::Output: 'static,
    S: Schedule,
{
    let id = TaskId::next();
    trace::spawn(id, "");
    let task = Arc::new(Task::new(id, future, scheduler));
    (task.clone(), JoinHandle::new(task))
}

mod sealed {
    /// Keeps `Run` to the tasks of this module.
    pub trait Sealed {}
}
