//! The allocation of a task, and what may be done to its cells.
//!
//! All `unsafe` of the task is here: each access to a cell says by which rule of [`State`] the cell
//! is the caller's.

use std::any::Any;
use std::cell::UnsafeCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_task::{ArcWake, waker_ref};
use stage1_green_threads::trace;

use super::error::Failure;
use super::join::Join;
use super::polling::{polling, wakes_itself};
use super::scheduled::{Scheduled, WithScheduler};
use super::state::{End, Start, Wakes};
use super::{JoinError, Run, Runnable, Schedule, State, TaskId};
use crate::owned::{OwnedTasks, Place};

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
}

impl<F: Future + 'static, S: Schedule> Task<F, S>
where
    F::Output: 'static,
{
    /// One poll, which answers these wakes. The caller holds the entry.
    // region: poll
    fn poll(self: Arc<Self>, wakes: Wakes, list: &mut OwnedTasks) -> Option<Runnable> {
        trace::resume(self.id, list.worker());
        let (polled, woke_itself) = polling(self.address(), || {
            let waker = waker_ref(&self);
            let mut cx = Context::from_waker(&waker);
            // SAFETY: we hold the entry, so the stage is ours.
            catch_unwind(AssertUnwindSafe(|| unsafe { self.poll_future(&mut cx) }))
        });
        let result = match polled {
            Ok(Poll::Pending) => return self.suspend(wakes, woke_itself, list),
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(Failure::panicked(panic)),
        };
        self.end(result, Some(list));
        None
    }
    // endregion: poll

    /// What tells this task from others while it exists.
    fn address(self: &Arc<Self>) -> *const () {
        Arc::as_ptr(self).cast()
    }

    /// Notes a wake. Whether the caller must schedule the task for it.
    fn is_to_be_scheduled(self: &Arc<Self>) -> bool {
        trace::wake(self.id);
        !wakes_itself(self.address()) && self.state.wake()
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

    /// The poll returned `Pending`: gives the task back to whoever wakes it, or to the caller if it was woken already.
    // region: suspend
    fn suspend(
        self: Arc<Self>,
        wakes: Wakes,
        woke_itself: bool,
        list: &mut OwnedTasks,
    ) -> Option<Runnable> {
        // SAFETY: the entry is still ours, and with it this cell.
        let place = unsafe { &mut *self.place.get() };
        if place.is_none() {
            // Before `end`: from then on a waker may be all that points to the task.
            *place = Some(list.insert(self.clone()));
        }
        trace::suspend(self.id);
        // If it woke itself, the state word need not be asked: a wake without an answer is left in it.
        let end = if woke_itself {
            End::Again
        } else {
            self.state.end(wakes)
        };
        match end {
            End::Idle => None,
            // SAFETY: the wakes that are left have enqueued nothing: the entry is still ours.
            End::Again => Some(unsafe { Runnable::new(self) }),
            End::Cancelled => {
                self.end(Err(Failure::cancelled()), Some(list));
                None
            }
        }
    }
    // endregion: suspend

    /// The task is over. The caller holds the entry; if it is a worker, it says which list is its own.
    fn end(&self, result: Result<F::Output, Failure>, list: Option<&mut OwnedTasks>) {
        self.finish(result);
        if let Some(list) = list {
            self.leave(list);
        }
        self.complete();
    }

    /// Drops the future and puts the result in its place. The caller holds the entry.
    ///
    /// A panic in the future's destructor counts as one in its last poll.
    fn finish(&self, result: Result<F::Output, Failure>) {
        // SAFETY: the entry is ours, and with it the stage.
        let dropped = unsafe { self.drop_stage() };
        let result = match dropped {
            Ok(()) => result,
            Err(panic) => {
                // An output that nobody will get; if its destructor panics as well, one is enough to report.
                let _ = catch_unwind(AssertUnwindSafe(|| drop(result)));
                Err(Failure::panicked(panic))
            }
        };
        let outcome = result.as_ref().map_or_else(Failure::in_a_word, |_| "ok");
        trace::complete(self.id, outcome);
        // SAFETY: as above. Nothing is left there that would have to be dropped.
        unsafe { self.stage.get().write(Stage::Output(Some(result))) };
    }

    /// Takes the task out of the list that it is in. The caller holds the entry.
    fn leave(&self, list: &mut OwnedTasks) {
        // SAFETY: the entry is ours, and with it this cell.
        match unsafe { *self.place.get() } {
            Some(place) if place.worker() == list.worker() => list.remove(place.key()),
            Some(place) => self.scheduler.release(place.worker(), place.key()),
            None => {}
        }
    }

    /// Publishes the result and wakes who waits for it. The caller holds the entry and has called `finish`.
    // region: complete
    fn complete(&self) {
        let found = self.state.complete();
        if found.wake_join {
            // SAFETY: we found `JOIN_WAKER` set, so its cell is ours.
            let waker = unsafe { (*self.join_waker.get()).take() };
            // A waker is foreign code: if it panics, that is no reason to stop this task's siblings.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.map(Waker::wake)));
        }
        if found.drop_output {
            // SAFETY: there was no join handle any more, so the output is ours.
            let _ = unsafe { self.drop_stage() };
        }
    }
    // endregion: complete

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

impl<F: Future + 'static, S: Schedule> Run for Task<F, S>
where
    F::Output: 'static,
{
    // region: run
    unsafe fn run(self: Arc<Self>, list: &mut OwnedTasks) -> Option<Runnable> {
        match self.state.start() {
            Start::Poll(wakes) => return self.poll(wakes, list),
            Start::Cancel => self.end(Err(Failure::cancelled()), Some(list)),
        }
        None
    }
    // endregion: run

    unsafe fn cancel(self: Arc<Self>) {
        // A wake that no poll answers: from now on nobody finds the task idle and enqueues it.
        self.state.abort();
        self.end(Err(Failure::cancelled()), None);
    }

    fn disown(self: Arc<Self>) {
        if self.state.abort() {
            // SAFETY: the task had no entry, and this wake, of all later ones, is the one to make it.
            unsafe { self.cancel() };
        }
    }

    fn abort(self: Arc<Self>) {
        if self.state.abort() {
            // SAFETY: the state says that there is no entry yet.
            S::schedule(unsafe { Scheduled::new(self) });
        }
    }

    fn is_finished(&self) -> bool {
        self.state.is_complete()
    }

    fn id(&self) -> TaskId {
        self.id
    }
}

impl<F: Future + 'static, S: Schedule> Join<F::Output> for Task<F, S>
where
    F::Output: 'static,
{
    // region: poll_join
    unsafe fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<F::Output, JoinError>> {
        if !self.state.is_complete() && self.state.withdraw_join_waker() {
            // SAFETY: the cell is withdrawn, and the caller is the join handle: it is ours until published.
            let cell = unsafe { &mut *self.join_waker.get() };
            match cell {
                Some(old) => old.clone_from(cx.waker()),
                None => *cell = Some(cx.waker().clone()),
            }
            if self.state.publish_join_waker() {
                return Poll::Pending;
            }
            // The task completed without having seen the waker, and never will.
            *cell = None;
        }
        // SAFETY: the task is complete, `HANDLE` was set then, and the caller is the join handle.
        let Stage::Output(output) = (unsafe { &mut *self.stage.get() }) else {
            unreachable!("a task that is complete has no future");
        };
        let output = output.take();
        let result = output.expect("a JoinHandle was polled after it had given its output");
        Poll::Ready(result.map_err(|failure| JoinError::new(self.id, failure)))
    }
    // endregion: poll_join

    unsafe fn drop_handle(&self) {
        let mine = self.state.drop_handle();
        if mine.take_output {
            // SAFETY: the task is complete and the caller is the join handle. A panic in the output's destructor has
            // been reported by the panic hook and is not for the one who dropped a handle.
            let _ = unsafe { self.drop_stage() };
        }
        if mine.take_waker {
            // SAFETY: `JOIN_WAKER` was not seen by the completer and is clear, so its cell is ours.
            let waker = unsafe { (*self.join_waker.get()).take() };
            drop(waker);
        }
    }
}

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
