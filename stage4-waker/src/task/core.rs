//! The allocation of a task: its cells, and whose they are.
//!
//! All `unsafe` of the task is here and in the three modules below. Each access to a cell says by which rule of [`State`] the cell
//! is the caller's.
//!
//! - `running`: what the holder of the entry does: poll, give back, complete
//! - `waking`: what a waker does
//! - `joining`: what the join handle does

mod joining;
mod running;
mod waking;

use std::any::Any;
use std::cell::UnsafeCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::error::Failure;
use super::scheduled::WithScheduler;
use super::{Schedule, State, TaskId};
use crate::owned::Place;

/// What the caught panic of a `catch_unwind` is.
type Panic = Box<dyn Any + Send>;

/// A future, its output later, and everything that decides when it is polled.
// region: task
pub(super) struct Task<F: Future, S> {
    state: State,
    id: TaskId,
    scheduler: S,
    /// Its place in the list that it is in. Belongs to whoever holds the entry.
    place: UnsafeCell<Option<Place>>,
    /// Who waits for the output. Belongs to the join handle, or to the completer: see `JOIN_WAKER`.
    join_waker: UnsafeCell<Option<Waker>>,
    /// Belongs to whoever holds the entry; once complete, to the join handle or the completer: see `HANDLE`.
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Future(F),
    /// What came of it, until that is taken or dropped.
    Output(Option<Result<F::Output, Failure>>),
}
// endregion: task

// SAFETY: the cells are touched only by the one to whom `State` gives them, and its transitions order the accesses. That a
// future or an output that is not `Send` is touched on its own thread only, and never dropped with the last
// reference, is the contract of `new_local`; `new` asks for both to be `Send`. `S` is `Send + Sync` itself.
unsafe impl<F: Future, S: Schedule> Send for Task<F, S> {}
// SAFETY: as above.
unsafe impl<F: Future, S: Schedule> Sync for Task<F, S> {}

impl<F: Future, S: Schedule> Task<F, S> {
    pub(super) fn new(id: TaskId, future: F, scheduler: S) -> Self {
        Task {
            state: State::new(),
            id,
            scheduler,
            place: UnsafeCell::new(None),
            join_waker: UnsafeCell::new(None),
            stage: UnsafeCell::new(Stage::Future(future)),
        }
    }

    /// # Safety
    ///
    /// The stage must be the caller's, and hold the future.
    unsafe fn poll_future(&self, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the stage is the caller's.
        let Stage::Future(future) = (unsafe { &mut *self.stage.get() }) else {
            unreachable!("a task that is not complete has a future");
        };
        // SAFETY: the future is in an allocation that does not move, and is dropped in place.
        unsafe { Pin::new_unchecked(future) }.poll(cx)
    }

    /// Drops the future or the output, whichever is there; `Err` is a panic in its destructor.
    ///
    /// # Safety
    ///
    /// The stage must be the caller's.
    unsafe fn drop_stage(&self) -> Result<(), Panic> {
        // SAFETY: the stage is the caller's. The assignment drops the old value in place, as its pinning asks
        // for, and stores the new one even if that unwinds.
        catch_unwind(AssertUnwindSafe(|| unsafe {
            *self.stage.get() = Stage::Output(None);
        }))
    }
}

impl<F: Future + 'static, S: Schedule> WithScheduler<S> for Task<F, S>
where
    F::Output: 'static,
{
    fn scheduler(&self) -> &S {
        &self.scheduler
    }
}

impl<F: Future, S> Drop for Task<F, S> {
    fn drop(&mut self) {
        // With nobody left who could poll the task, its scheduler must have dropped the future before.
        debug_assert!(
            !matches!(self.stage.get_mut(), Stage::Future(_)) || std::thread::panicking(),
            "the last reference to task {} still holds its future: its scheduler lost it",
            self.id
        );
    }
}

impl<F: Future, S> fmt::Debug for Task<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish()
    }
}
