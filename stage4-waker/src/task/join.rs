//! Waiting for a task's output.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use stage3_executor::budget;

use super::{AbortHandle, JoinError, Run, TaskId};

/// A task as its join handle sees it: something that will give a `T`.
pub(super) trait Join<T>: Run {
    /// Takes the result, or leaves a waker for it.
    ///
    /// # Safety
    ///
    /// Only the task's one join handle may call this, and one call at a time.
    unsafe fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>>;

    /// The join handle goes, and takes an untaken result with it.
    ///
    /// # Safety
    ///
    /// Only the task's one join handle may call this, once, as the last thing it does.
    unsafe fn drop_handle(&self);
}

/// The right to a task's output: a future of `Result<T, JoinError>`.
///
/// Dropping it detaches the task: it goes on, and its output is dropped when it comes.
///
/// # Cancel safety
///
/// Waiting on `&mut handle` is cancel safe: an output is given when it is returned, not before.
///
/// # Panics
///
/// When polled after it has given its output.
pub struct JoinHandle<T> {
    task: Arc<dyn Join<T>>,
    /// The handle is a place where another thread may have put a `T`, as a mutex is: `Send` and `Sync` if `T: Send`.
    output: PhantomData<Mutex<T>>,
}

impl<T> JoinHandle<T> {
    /// The handle of a new task. There must be only one.
    pub(super) fn new(task: Arc<dyn Join<T>>) -> Self {
        let output = PhantomData;
        JoinHandle { task, output }
    }

    /// Asks for the task's future to be dropped at its next chance: where it waits, or at the end of the poll under way. The handle
    /// then gives [`JoinError::is_cancelled`], unless the task completes first. A complete task is not affected.
    pub fn abort(&self) {
        let task: Arc<dyn Run> = self.task.clone();
        task.abort();
    }

    /// A handle that can abort the task, from any thread, and nothing else.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.task.clone())
    }

    /// Whether the task is complete. After an abort, this is so only once the future has been dropped.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// The task's number.
    pub fn id(&self) -> TaskId {
        self.task.id()
    }
}

impl<T> Unpin for JoinHandle<T> {}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: this is the one join handle, and `&mut self` keeps calls apart.
        budget::operation(cx, |cx| unsafe { self.task.poll_join(cx) })
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        // SAFETY: this is the one join handle, and it ends here.
        unsafe { self.task.drop_handle() }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .finish()
    }
}
