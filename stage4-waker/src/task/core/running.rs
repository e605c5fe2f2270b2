//! What the holder of a task's entry does: it polls, and then gives the task back, or ends it.
//!
//! ```text
//!   run ──► start ──► poll ──► Pending ──► suspend ──► nobody has the task, or the entry again
//!             │          └───► Ready, or a panic ──► end
//!             └──────► aborted ────────────────────► end ──► finish: the future goes, the result comes
//!                                                            leave: out of the list
//!                                                            complete: publish it, wake the join handle
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_task::waker_ref;
use stage1_green_threads::trace;

use super::{Stage, Task};
use crate::owned::OwnedTasks;
use crate::task::error::Failure;
use crate::task::polling::polling;
use crate::task::scheduled::Scheduled;
use crate::task::state::{End, Start, Wakes};
use crate::task::{Run, Runnable, Schedule, TaskId};

impl<F: Future + 'static, S: Schedule> Run for Task<F, S>
where
    F::Output: 'static,
{
    unsafe fn run(self: Arc<Self>, list: &mut OwnedTasks) -> Option<Runnable> {
        match self.state.start() {
            Start::Poll(wakes) => return self.poll(wakes, list),
            Start::Cancel => self.end(Err(Failure::cancelled()), Some(list)),
        }
        None
    }

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

impl<F: Future + 'static, S: Schedule> Task<F, S>
where
    F::Output: 'static,
{
    /// One poll, which answers these wakes. The caller holds the entry.
    // region: poll
    fn poll(self: Arc<Self>, wakes: Wakes, list: &mut OwnedTasks) -> Option<Runnable> {
        trace::resume(self.id, list.worker());
        let (polled, woke_itself) = polling(self.id, || {
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
}
