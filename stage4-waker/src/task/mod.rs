//! The task: a future in an allocation of its own, with the state that decides when it is polled.
//!
//! ```text
//!              Arc<Task<F, S>>, one allocation
//!            ┌───────────────────────────────────────────────┐
//!   Waker ──►│ state      wakes to be answered, COMPLETE …   │◄── JoinHandle<T>, as Arc<dyn Join<T>>
//!   Waker ──►│ id         its number in events               │
//!            │ scheduler  S: where to enqueue                │◄── AbortHandle,   as Arc<dyn Run>
//!            │ place      (worker, key) of the list it is in │
//!   list  ──►│ stage      F | Result<T, Failure> | taken     │◄── run queue,     as a Runnable
//!            │ join waker who waits for the output           │
//!            └───────────────────────────────────────────────┘
//! ```
//!
//! Everything that points to a task counts as one reference; what they may do to it is decided by the
//! [`State`] alone. A scheduler implements [`Schedule`], is given [`Runnable`]s, and calls [`Runnable::run`] on
//! them: this crate's [`LocalExecutor`](crate::LocalExecutor) is one, and the workers of the next stage
//! are another.
//!
//! # Futures that are not `Send`
//!
//! A [`Waker`](std::task::Waker) is `Send + Sync` whatever the future is, and so are abort handles. That is sound because
//! of these rules, for a task made by [`new_local`]:
//!
//! * its future is polled and dropped by [`Runnable::run`] and [`Runnable::cancel`] only, and its scheduler calls these
//!   on the task's home thread only;
//! * a wake or an abort from elsewhere changes the state word and hands a [`Runnable`] to the scheduler, no more;
//! * the scheduler owns every unfinished task (see [`OwnedTasks`]), and shuts them down
//!   before it goes away: so the last reference, wherever it is dropped, holds no future;
//! * the output goes to the join handle, which is `Send` only if the output is, or is dropped by the completer.

use std::fmt;
use std::sync::Arc;

use stage1_green_threads::trace;
pub use stage1_green_threads::trace::TaskId;

use crate::owned::OwnedTasks;

pub mod state;

mod abort;
mod core;
mod error;
mod join;
mod polling;
mod scheduled;

pub use self::abort::AbortHandle;
pub use self::error::JoinError;
pub use self::join::JoinHandle;
pub use self::polling::{id, try_id};
pub use self::scheduled::Scheduled;
pub use self::state::State;

use self::core::Task;

/// A task's entry: the right to poll its future, and the duty to do so. There is at most one for a task at any time.
///
/// It goes through the run queues of a [scheduler](Schedule) to whoever runs it. To drop one unused is to give that
/// right up: the future stays in the task's allocation until the list that owns it is shut down.
#[must_use = "the task waits until its entry is run"]
pub struct Runnable(Arc<dyn Run>);

impl Runnable {
    /// # Safety
    ///
    /// There must be no other entry for this task.
    unsafe fn new(task: Arc<dyn Run>) -> Self {
        Runnable(task)
    }

    /// Polls the task once, or drops its future if it was aborted. `list` is that of the worker that calls; a task that is still
    /// unfinished after its first poll enters it. Panics of the future are caught and go to the join handle.
    ///
    /// Returns the entry if the task was woken during its poll: it wants to be queued again, behind others.
    pub fn run(self, list: &mut OwnedTasks) -> Option<Runnable> {
        // SAFETY: this is the entry.
        unsafe { self.0.run(list) }
    }

    /// Drops the task's future instead of polling it, since its scheduler goes away. The join handle gets a
    /// [`JoinError::is_cancelled`].
    pub fn cancel(self) {
        // SAFETY: this is the entry.
        unsafe { self.0.cancel() }
    }

    /// The task's number.
    pub fn id(&self) -> TaskId {
        self.0.id()
    }
}

impl fmt::Debug for Runnable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Runnable").field(&self.id()).finish()
    }
}

/// How tasks get into a run queue. One value of this type is stored in each task.
pub trait Schedule: Sized + Send + Sync + 'static {
    /// Puts a task into a run queue. It is called on the thread that woke the task, once for each time that the
    /// task must be run; [`Runnable::run`] is the answer.
    ///
    /// A scheduler that has gone away [cancels](Runnable::cancel) the task.
    fn schedule(task: Scheduled<Self>);

    /// Tells worker `owner` that the task under `key` in its list is complete: the task finished on another worker.
    /// The answer is [`OwnedTasks::remove`] on that worker.
    fn release(&self, owner: usize, key: usize);
}

/// Makes a task that may run on any thread. The caller enqueues the returned entry.
#[cfg_attr(feature = "tracing", track_caller)]
pub fn new<F, S>(future: F, scheduler: S) -> (Scheduled<S>, JoinHandle<F::Output>)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
    S: Schedule,
{
    // SAFETY: with a future and an output that are `Send`, no thread is the wrong one.
    unsafe { new_local(future, scheduler) }
}

/// Makes a task whose future stays on one thread. The caller enqueues the returned entry.
///
/// # Safety
///
/// The scheduler must run and cancel entries of this task on the current thread only; one that is refused elsewhere is dropped. Before it
/// goes away it must drain its queues, then [shut down](OwnedTasks::shutdown_local) its list. If `F::Output` is not
/// `Send`, the join handle is not either, and needs no further care.
#[cfg_attr(feature = "tracing", track_caller)]
pub unsafe fn new_local<F, S>(future: F, scheduler: S) -> (Scheduled<S>, JoinHandle<F::Output>)
where
    F: Future + 'static,
    F::Output: 'static,
    S: Schedule,
{
    let id = TaskId::next();
    trace::spawn(id, "");
    let task = Arc::new(Task::new(id, future, scheduler));
    // SAFETY: a new task has one wake to answer, and no entry yet.
    let entry = unsafe { Scheduled::new(task.clone()) };
    (entry, JoinHandle::new(task))
}

/// A task, whatever its future is. Who calls a method that needs the task's entry says in which capacity it does.
pub(crate) trait Run: Send + Sync {
    /// See [`Runnable::run`].
    ///
    /// # Safety
    ///
    /// The caller gives up the task's entry for this.
    unsafe fn run(self: Arc<Self>, list: &mut OwnedTasks) -> Option<Runnable>;

    /// See [`Runnable::cancel`].
    ///
    /// # Safety
    ///
    /// The caller gives up the task's entry for this, or knows that nobody will run it.
    unsafe fn cancel(self: Arc<Self>);

    /// The list that the task is in goes away. If the task has no entry, its future is dropped here; else by
    /// whoever runs that.
    fn disown(self: Arc<Self>);

    /// Asks for the future to be dropped: [`AbortHandle::abort`].
    fn abort(self: Arc<Self>);

    /// Whether the task is complete.
    fn is_finished(&self) -> bool;

    /// The task's number.
    fn id(&self) -> TaskId;
}
