//! The pool for calls that block: files, name resolution, long computations.
//!
//! ```text
//!   spawn_blocking ──► queue ──► an idle thread, if there is one
//!                                else a new one, up to the limit
//!                                else it waits its turn
//!   a thread that has waited for `keep_alive` in vain ends
//! ```
//!
//! A call is a task like any other, whose future calls the function in its first poll and is ready then. So it has the same join handle,
//! and its panic goes the same way; abort works as long as it has not begun.
//!
//! Invariant: `queue.len() <= idle`, or a thread is on its way, or `threads` has reached the limit.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::task::{Context as TaskContext, Poll};

#[cfg(feature = "explore")]
use stage4_waker::explore::refuse;
use stage4_waker::task::{self, Schedule, Scheduled};
use stage4_waker::{JoinHandle, OwnedTasks};

use super::builder::Settings;
use super::context::{self, Context};
use super::handle::Handle;
use super::shared::Entry;

pub(super) struct Pool {
    state: Mutex<State>,
    work_or_closed: Condvar,
    limit: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Entry>,
    threads: usize,
    /// How many of the threads wait for work, or have been notified of it and not come yet.
    idle: usize,
    closed: bool,
}

impl Pool {
    pub(super) fn new(settings: &Settings) -> Self {
        Pool {
            state: Mutex::default(),
            work_or_closed: Condvar::new(),
            limit: settings.max_blocking_threads,
        }
    }

    #[track_caller]
    pub(super) fn spawn<F, R>(&self, handle: &Handle, function: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        #[cfg(feature = "explore")]
        if let Err(refused) = refuse("spawn_blocking") {
            panic!("{refused}");
        }
        let (task, join) = task::new(Call(Some(function)), Pooled);
        self.enqueue(handle, task.into());
        join
    }

    // region: enqueue
    fn enqueue(&self, handle: &Handle, task: Entry) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            return task.cancel();
        }
        state.queue.push_back(task);
        if state.queue.len() <= state.idle {
            self.work_or_closed.notify_one();
        } else if state.threads < self.limit {
            state.threads += 1;
            let number = state.threads;
            drop(state);
            self.start_thread(handle, number);
        }
    }
    // endregion: enqueue

    fn start_thread(&self, handle: &Handle, number: usize) {
        let shared = handle.shared();
        let handle = handle.clone();
        let lane = shared.seats.len() + number - 1;
        let started = shared.threads.start(&shared.settings, "blocking", move || {
            let _context = context::enter(Context::guest(&handle, false));
            handle.shared().blocking.work(&handle, lane);
        });
        if let Err(error) = started {
            let mut state = self.lock();
            state.threads -= 1;
            let nobody_is_left = state.threads == 0;
            drop(state);
            assert!(
                !nobody_is_left,
                "cannot start a thread for spawn_blocking: {error}"
            );
        }
    }

    /// What a thread of the pool does. `lane` is its number in events.
    fn work(&self, handle: &Handle, lane: usize) {
        // Calls end in their first poll, so nothing is ever entered here.
        let mut list = OwnedTasks::new(lane);
        while let Some(task) = self.next(handle) {
            let again = task.run(&mut list);
            debug_assert!(again.is_none(), "invariant: a call is polled once");
        }
    }

    /// The next call; none if the thread is to end.
    // region: next
    fn next(&self, handle: &Handle) -> Option<Entry> {
        let keep_alive = handle.shared().settings.thread_keep_alive;
        let mut state = self.lock();
        state.idle += 1;
        let (mut state, _) = self
            .work_or_closed
            .wait_timeout_while(state, keep_alive, |state| {
                state.queue.is_empty() && !state.closed
            })
            .expect("invariant: nothing panics while it holds the pool's lock");
        state.idle -= 1;
        let task = state.queue.pop_front();
        if task.is_none() {
            state.threads -= 1;
        }
        task
    }
    // endregion: next

    /// Refuses calls from now on and drops those that have not begun. Threads end when they have finished theirs.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        self.work_or_closed.notify_all();
        queue.into_iter().for_each(|task| task.cancel());
    }

    pub(super) fn threads(&self) -> usize {
        self.lock().threads
    }

    /// How many of the threads have nothing to do. For one that has been notified and has not come yet, a call is queued.
    pub(super) fn idle(&self) -> usize {
        let state = self.lock();
        state.idle.saturating_sub(state.queue.len())
    }

    pub(super) fn queued(&self) -> usize {
        self.lock().queue.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("invariant: nothing panics while it holds the pool's lock")
    }
}

/// The future of a call.
struct Call<F>(Option<F>);

// The function is moved out before it is called, never pinned.
impl<F> Unpin for Call<F> {}

impl<F: FnOnce() -> R, R> Future for Call<F> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<R> {
        let function = self.0.take().expect("invariant: a call is polled once");
        Poll::Ready(function())
    }
}

/// How a call's task is scheduled: it is queued once, by `spawn`, and never again.
struct Pooled;

impl Schedule for Pooled {
    fn schedule(_: Scheduled<Self>) {}

    fn release(&self, _: usize, _: usize) {}
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Pool")
            .field("threads", &state.threads)
            .field("idle", &state.idle)
            .field("queued", &state.queue.len())
            .field("limit", &self.limit)
            .finish()
    }
}
