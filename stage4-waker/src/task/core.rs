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

use super::join::Join;
use super::polling::{polling, wakes_itself};
use super::state::{End, Start, Wakes};
use super::{JoinError, Run, Runnable, Schedule, State, TaskId};
use crate::owned::OwnedTasks;

/// What the caught panic of a `catch_unwind` is.
type Panic = Box<dyn Any + Send>;

/// A future, its output later, and everything that decides when it is polled.
// region: task
pub(super) struct Task<F: Future, S> {
    state: State,
    id: TaskId,
    scheduler: S,
    /// The list that the task is in. Belongs to whoever holds the entry.
    owner: UnsafeCell<Option<Owner>>,
    /// Who waits for the output. Belongs to the join handle, or to the completer: see `JOIN_WAKER`.
    join_waker: UnsafeCell<Option<Waker>>,
    /// Belongs to whoever holds the entry; once complete, to the join handle or the completer: see `HANDLE`.
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Future(F),
    /// What came of it, until that is taken or dropped.
    Output(Option<Result<F::Output, JoinError>>),
}
// endregion: task

/// Where a task is entered: the worker's number and the key in its list.
#[derive(Clone, Copy)]
struct Owner {
    worker: u32,
    key: u32,
}

impl Owner {
    fn new(worker: usize, key: usize) -> Self {
        let fits = "no machine has memory for so many tasks";
        Owner {
            worker: worker.try_into().expect(fits),
            key: key.try_into().expect(fits),
        }
    }

    fn worker(self) -> usize {
        self.worker as usize
    }

    fn key(self) -> usize {
        self.key as usize
    }
}

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
            owner: UnsafeCell::new(None),
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
            Err(panic) => Err(JoinError::panicked(self.id, panic)),
        };
        self.end(result, Some(list));
        None
    }
    // endregion: poll

    /// What tells this task from others while it exists.
    fn address(self: &Arc<Self>) -> *const () {
        Arc::as_ptr(self).cast()
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
        // SAFETY: the entry is still ours, and with it the owner cell.
        let owner = unsafe { &mut *self.owner.get() };
        if owner.is_none() {
            // Before `end`: from then on a waker may be all that points to the task.
            *owner = Some(Owner::new(list.worker(), list.insert(self.clone())));
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
                self.end(Err(JoinError::cancelled(self.id)), Some(list));
                None
            }
        }
    }
    // endregion: suspend

    /// The task is over. The caller holds the entry; if it is a worker, it says which list is its own.
    fn end(&self, result: Result<F::Output, JoinError>, list: Option<&mut OwnedTasks>) {
        self.finish(result);
        if let Some(list) = list {
            self.leave(list);
        }
        self.complete();
    }

    /// Drops the future and puts the result in its place. The caller holds the entry.
    ///
    /// A panic in the future's destructor counts as one in its last poll.
    fn finish(&self, result: Result<F::Output, JoinError>) {
        // SAFETY: the entry is ours, and with it the stage.
        let dropped = unsafe { self.set_output(None) };
        let result = match dropped {
            Ok(()) => result,
            Err(panic) => {
                // An output that nobody will get; if its destructor panics as well, one is enough to report.
                let _ = catch_unwind(AssertUnwindSafe(|| drop(result)));
                Err(JoinError::panicked(self.id, panic))
            }
        };
        let outcome = match &result {
            Ok(_) => "ok",
            Err(error) if error.is_cancelled() => "cancelled",
            Err(_) => "panicked",
        };
        trace::complete(self.id, outcome);
        // SAFETY: as above. There is nothing left to be dropped here.
        let _ = unsafe { self.set_output(Some(result)) };
    }

    /// Takes the task out of the list that it is in. The caller holds the entry.
    fn leave(&self, list: &mut OwnedTasks) {
        // SAFETY: the entry is ours, and with it the owner cell.
        match unsafe { *self.owner.get() } {
            Some(owner) if owner.worker() == list.worker() => list.remove(owner.key()),
            Some(owner) => self.scheduler.release(owner.worker(), owner.key()),
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
            let _ = unsafe { self.set_output(None) };
        }
    }
    // endregion: complete

    /// Puts an output into the stage, or nothing; `Err` is a panic in the destructor of what was there.
    ///
    /// # Safety
    ///
    /// The stage must be the caller's.
    unsafe fn set_output(&self, output: Option<Result<F::Output, JoinError>>) -> Result<(), Panic> {
        // SAFETY: the stage is the caller's. The assignment drops the old value in place, as its pinning asks
        // for, and stores the new one even if that unwinds.
        catch_unwind(AssertUnwindSafe(|| unsafe {
            *self.stage.get() = Stage::Output(output);
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
            Start::Cancel => self.end(Err(JoinError::cancelled(self.id)), Some(list)),
        }
        None
    }
    // endregion: run

    unsafe fn cancel(self: Arc<Self>) {
        // A wake that no poll answers: from now on nobody finds the task idle and enqueues it.
        self.state.abort();
        self.end(Err(JoinError::cancelled(self.id)), None);
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
            self.scheduler
                .schedule(unsafe { Runnable::new(self.clone()) });
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
        match unsafe { &mut *self.stage.get() } {
            Stage::Output(output) => Poll::Ready(
                output
                    .take()
                    .expect("a JoinHandle was polled after it had given its output"),
            ),
            Stage::Future(_) => unreachable!("a task that is complete has no future"),
        }
    }
    // endregion: poll_join

    unsafe fn drop_handle(&self) {
        let mine = self.state.drop_handle();
        if mine.take_output {
            // SAFETY: the task is complete and the caller is the join handle. A panic in the output's destructor has
            // been reported by the panic hook and is not for the one who dropped a handle.
            let _ = unsafe { self.set_output(None) };
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
        trace::wake(this.id);
        if !wakes_itself(this.address()) && this.state.wake() {
            // SAFETY: the state says that there is no entry yet.
            this.scheduler
                .schedule(unsafe { Runnable::new(this.clone()) });
        }
    }
}
// endregion: arc_wake

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
