//! Many tasks that belong together: awaited as they finish, aborted when the set is dropped.
//!
//! ```text
//!   JoinSet ─┬─ handles    slot ─► JoinHandle
//!            └─ finished   slots whose future is gone, in that order  ◄── Finished, dropped with the future
//! ```
//!
//! Each task's future carries a [`Finished`], which announces its slot when the future is dropped: after the last
//! poll, a panic or an abort alike. So the set never looks at a task that has nothing to say.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use std::future::poll_fn;
use std::pin::Pin;

use slab::Slab;

use stage3_executor::budget;

use super::{AbortHandle, Id, JoinError, JoinHandle, spawn};
use crate::runtime::Handle;

/// A set of tasks, whose outputs come in the order in which they finish.
///
/// Dropping it aborts all tasks that are still in it.
///
/// # Examples
///
/// ```
/// use stage5_full::task::JoinSet;
///
/// # stage5_full::runtime::Runtime::new().unwrap().block_on(async {
/// let mut set = JoinSet::new();
/// for n in 0..10 {
///     set.spawn(async move { n * n });
/// }
/// let mut sum = 0;
/// while let Some(square) = set.join_next().await {
///     sum += square.unwrap();
/// }
/// assert_eq!(sum, 285);
/// # });
/// ```
pub struct JoinSet<T> {
    handles: Slab<JoinHandle<T>>,
    announcements: Arc<Announcements>,
    /// A task that has announced itself and whose output is a moment away.
    next: Option<usize>,
}

#[derive(Default)]
struct Announcements(Mutex<Announced>);

#[derive(Default)]
struct Announced {
    finished: VecDeque<usize>,
    waiter: Option<Waker>,
}

impl<T> JoinSet<T> {
    /// An empty set.
    pub fn new() -> Self {
        JoinSet {
            handles: Slab::new(),
            announcements: Arc::default(),
            next: None,
        }
    }

    /// How many tasks are in the set: those whose output has not been taken.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether no task is in the set.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Asks all tasks to end. They stay in the set; their outputs are errors, unless they finish first.
    pub fn abort_all(&mut self) {
        self.handles.iter().for_each(|(_, handle)| handle.abort());
    }

    /// Takes all tasks out of the set and lets them run on.
    pub fn detach_all(&mut self) {
        self.next = None;
        self.announcements = Arc::default();
        self.handles.clear();
    }
}

impl<T: Send + 'static> JoinSet<T> {
    /// Starts a task in the set, on the runtime of this thread.
    ///
    /// # Panics
    ///
    /// If there is no runtime on this thread.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
    {
        let finished = self.announce();
        self.insert(spawn(finished.after(future)))
    }

    /// Starts a task in the set, on a given runtime.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_on<F>(&mut self, future: F, runtime: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
    {
        let finished = self.announce();
        self.insert(runtime.spawn(finished.after(future)))
    }

    /// Runs a function that may block, as a task in the set.
    ///
    /// # Panics
    ///
    /// If there is no runtime on this thread.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, function: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
    {
        self.spawn_blocking_on(function, &Handle::current())
    }

    /// Runs a function that may block, as a task in the set, on a given runtime.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_blocking_on<F>(&mut self, function: F, runtime: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
    {
        let finished = self.announce();
        self.insert(runtime.spawn_blocking(move || {
            let _finished = finished;
            function()
        }))
    }

    /// What says that the task which is inserted next has finished.
    fn announce(&self) -> Finished {
        Finished {
            slot: self.handles.vacant_key(),
            announcements: self.announcements.clone(),
        }
    }

    fn insert(&mut self, handle: JoinHandle<T>) -> AbortHandle {
        let abort = handle.abort_handle();
        self.handles.insert(handle);
        abort
    }

    /// The output of the next task that finishes; None if the set is empty.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped, no output is lost.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// As [`join_next`](Self::join_next), and says which task it was. An error knows that [itself](JoinError::id).
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped, no output is lost.
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// The output of a task that has finished already, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        Some(self.try_join_next_with_id()?.map(|(_, output)| output))
    }

    /// As [`try_join_next`](Self::try_join_next), and says which task it was.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        let mut cx = Context::from_waker(Waker::noop());
        // Outside the budget: nobody is woken later, so what is there must be given now.
        let poll = || self.poll_join_next_with_id(&mut cx);
        match budget::with_budget(u32::MAX, poll).0 {
            Poll::Ready(output) => output,
            Poll::Pending => None,
        }
    }

    /// Waits for all tasks and returns their outputs in the order in which they have finished.
    ///
    /// # Panics
    ///
    /// If a task has panicked, with the same panic; or if one was aborted. The others are aborted then.
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(result) = self.join_next().await {
            match result {
                Ok(output) => outputs.push(output),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => panic!("{error}"),
            }
        }
        outputs
    }

    /// Aborts all tasks and waits until their futures have been dropped.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// What [`join_next`](Self::join_next) is made of: Pending if no task has finished, with the waker kept.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let result = ready!(self.poll_join_next_with_id(cx));
        Poll::Ready(result.map(|result| result.map(|(_, output)| output)))
    }

    /// What [`join_next_with_id`](Self::join_next_with_id) is made of.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        let slot = match self.next {
            Some(slot) => slot,
            None => ready!(self.announcements.poll_next(cx)),
        };
        self.next = Some(slot);
        // The future is gone; the output follows as soon as the destructors are through.
        let result = ready!(Pin::new(&mut self.handles[slot]).poll(cx));
        self.next = None;
        let id = self.handles.remove(slot).id();
        Poll::Ready(Some(result.map(|output| (id, output))))
    }
}

/// Starts a task for each of the futures, on the runtime of this thread; panics if there is none.
impl<T, F> FromIterator<F> for JoinSet<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = JoinSet::new();
        for future in futures {
            set.spawn(future);
        }
        set
    }
}

impl Announcements {
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<usize> {
        let mut announced = self.lock();
        if let Some(slot) = announced.finished.pop_front() {
            return Poll::Ready(slot);
        }
        // Replaced wakers are foreign code, so they are dropped after the lock.
        let former = announced.waiter.replace(cx.waker().clone());
        drop(announced);
        drop(former);
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Announced> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Announces a task when it is dropped.
struct Finished {
    slot: usize,
    announcements: Arc<Announcements>,
}

impl Finished {
    async fn after<F: Future>(self, future: F) -> F::Output {
        let _finished = self;
        future.await
    }
}

impl Drop for Finished {
    fn drop(&mut self) {
        let mut announced = self.announcements.lock();
        announced.finished.push_back(self.slot);
        let waiter = announced.waiter.take();
        drop(announced);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        JoinSet::new()
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}
