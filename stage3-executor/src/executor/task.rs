//! A task of the executor that asks everybody: a future, and a place for its result.
//!
//! ```text
//!     executor --Box--> Spawn { id, future --Box--> F,  result --Rc--+ }
//!                                                                    v
//!     whoever awaits Spawned { ------------------------ result --Rc--> Option<T> }
//! ```
//!
//! No waker is kept anywhere: whoever awaits the result is asked again in every round anyway.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use stage1_green_threads::trace::{self, TaskId};

use crate::budget;

/// How many operations a task may complete in one poll.
const BUDGET: u32 = 128;

/// A task whose type of future has been forgotten.
pub(super) trait Task {
    /// Polls the future once. Whether it is done, and whether it got on.
    fn poll(&mut self, cx: &mut Context<'_>) -> (bool, bool);
}

struct Spawn<F: Future> {
    id: TaskId,
    future: Pin<Box<F>>,
    result: Rc<Cell<Option<F::Output>>>,
}

#[cfg_attr(feature = "tracing", track_caller)]
pub(super) fn new<F>(future: F) -> (Box<dyn Task>, Spawned<F::Output>)
where
    F: Future + 'static,
    F::Output: 'static,
{
    let id = TaskId::next();
    trace::spawn(id, "");
    let result = Rc::new(Cell::new(None));
    let task = Spawn {
        id,
        future: Box::pin(future),
        result: Rc::clone(&result),
    };
    (Box::new(task), Spawned { id, result })
}

impl<F: Future> Task for Spawn<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> (bool, bool) {
        let (polled, got_on) = poll_with_budget(self.id, self.future.as_mut(), cx);
        let Poll::Ready(value) = polled else {
            return (false, got_on);
        };
        self.result.set(Some(value));
        (true, true)
    }
}

/// Polls a future once, within a budget and with its events. Whether it got on, too.
pub(super) fn poll_with_budget<F: Future>(
    id: TaskId,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> (Poll<F::Output>, bool) {
    trace::resume(id, 0);
    let (polled, spent) = budget::with_budget(BUDGET, || future.poll(cx));
    match polled {
        Poll::Ready(_) => trace::complete(id, "ok"),
        Poll::Pending => trace::suspend(id),
    }
    (polled, spent > 0)
}

/// The result of a task, as a future. Dropping it leaves the task running.
///
/// It leaves no waker with anybody, so only [`Executor::block_on`](crate::Executor::block_on) can
/// await it.
///
/// # Panics
///
/// Polling it panics if the task was dropped before it was done (it panicked, or its executor was
/// dropped), and after the result has been taken.
///
/// # Cancel safety
///
/// Nothing is lost if it is dropped while it waits, but there is no other way to the result.
#[must_use = "awaiting it gives the task's result; to let the task run on its own, drop it"]
pub struct Spawned<T> {
    id: TaskId,
    result: Rc<Cell<Option<T>>>,
}

impl<T> Spawned<T> {
    /// The task's number in the events.
    pub fn id(&self) -> TaskId {
        self.id
    }
}

impl<T> Future for Spawned<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<T> {
        match self.result.take() {
            Some(value) => Poll::Ready(value),
            None if Rc::strong_count(&self.result) > 1 => Poll::Pending,
            None => panic!("the result of task {} is gone, or never came", self.id),
        }
    }
}

impl<T> fmt::Debug for Spawned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawned").field("id", &self.id).finish()
    }
}
