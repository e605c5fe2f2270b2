//! The runtime: workers, their queues and reactors, and what starts and ends them.
//!
//! ```text
//!                       spawn, wake from other threads
//!                                  │
//!                                  ▼
//!                          ┌───────────────┐
//!              ┌───────────┤ global queue  ├───────────┐
//!              ▼           └───────────────┘           ▼
//!      ┌──────────────┐                        ┌──────────────┐
//!      │ worker 0     │ ◄──────── steal ─────► │ worker 1     │      threads for
//!      │  LIFO slot   │                        │  LIFO slot   │      blocking calls
//!      │  run queue   │                        │  run queue   │        ┌───┐┌───┐
//!      │  own tasks   │ ◄────── released ────► │  own tasks   │        │   ││   │ …
//!      ├──────────────┤                        ├──────────────┤        └───┘└───┘
//!      │ reactor 0    │ ◄── turned by 1 while  │ reactor 1    │
//!      └──────────────┘     0 is held          └──────────────┘
//!        sockets, timers                         sockets, timers
//! ```
//!
//! The way of a task from wake to poll, and of a worker from there to sleep, is in five files: `local` (where a
//! woken task goes), `queue`, `worker` (step), `idle` (who sleeps), `sleep` (how). Then comes `timekeeping` (who of those who sleep wakes for
//! timers). The rest in reading order:

pub(crate) mod queue;

pub(crate) mod lifo;

pub(crate) mod injection;

mod local;

mod worker;

pub(crate) mod idle;

mod sleep;

pub(crate) mod timekeeping;

mod shared;

mod context;

mod metrics;

mod blocking;

mod block_on;

mod handle;

mod builder;

mod shutdown;

mod spawn;

#[cfg(feature = "explore")]
mod virtual_workers;

use std::time::Duration;

pub use self::builder::Builder;
pub use self::context::EnterGuard;
pub use self::handle::{Handle, TryCurrentError};
pub use self::metrics::RuntimeMetrics;
#[cfg(feature = "explore")]
pub(crate) use self::virtual_workers::VirtualWorkers;
use stage4_waker::JoinHandle;

/// A work-stealing runtime: threads that run tasks, with sockets and timers.
///
/// Dropping it shuts it down: every task's future is dropped, at its next `.await` at the latest, and the threads are
/// waited for. So it waits for as long as some task computes without awaiting, or some blocking call lasts;
/// [`shutdown_timeout`](Self::shutdown_timeout) sets a limit to that.
///
/// # Examples
///
/// ```
/// use stage5_full::runtime::Runtime;
///
/// let runtime = Runtime::new()?;
/// let sum = runtime.block_on(async {
///     let tasks: Vec<_> = (0..10).map(|n| stage5_full::spawn(async move { n * n })).collect();
///     let mut sum = 0;
///     for task in tasks {
///         sum += task.await.unwrap();
///     }
///     sum
/// });
/// assert_eq!(sum, 285);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Panics
///
/// Dropping it panics on a thread that is running tasks (inside async code): it would wait there for the very task
/// that drops it. The runtime is shut down nevertheless, without waiting.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
}

impl Runtime {
    /// A runtime with a worker for each core.
    ///
    /// # Errors
    ///
    /// If the OS has no descriptors or threads left for it.
    pub fn new() -> std::io::Result<Self> {
        Builder::new_multi_thread().build()
    }

    fn with_handle(handle: Handle) -> Self {
        Runtime { handle }
    }

    /// A reference to it that other threads can use.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Runs a future to its end on this thread, while the workers run the tasks.
    ///
    /// The future need not be `Send`. Its sockets and timers go to the workers' reactors.
    ///
    /// # Panics
    ///
    /// If the future panics, or if this thread runs tasks already: `block_on` inside async code would hold up all others
    /// there. Use `.await`, or call it inside `spawn_blocking`.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }

    /// Starts a task: see [`Handle::spawn`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle.spawn(future)
    }

    /// Runs a function that may block: see [`Handle::spawn_blocking`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn_blocking<F, R>(&self, function: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(function)
    }

    /// Makes it current on this thread: see [`Handle::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// What the workers have done so far.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle.metrics()
    }

    /// Shuts down and waits for the threads, at most so long. What has not ended by then (a task that computes without
    /// awaiting, a blocking call) is left behind; when it does end, its future is dropped.
    ///
    /// # Panics
    ///
    /// If the limit is not zero and this thread is running tasks; see above.
    pub fn shutdown_timeout(self, limit: Duration) {
        self.shut_down(Some(limit));
    }

    /// Shuts down without waiting for anything. It may be called inside async code.
    pub fn shutdown_background(self) {
        self.shut_down(Some(Duration::ZERO));
    }

    // region: shut_down
    fn shut_down(&self, limit: Option<Duration>) {
        let shared = self.handle.shared();
        shared.begin_shutdown();
        if limit == Some(Duration::ZERO) {
            return;
        }
        if context::polls_futures() {
            assert!(
                std::thread::panicking(),
                "a Runtime was dropped inside async code, where waiting for its tasks would wait for \
                 this one too: drop it elsewhere, or use shutdown_background"
            );
            return;
        }
        shared.threads.join(limit);
    }
    // endregion: shut_down
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // After an explicit shutdown there is nothing left to wait for.
        if !self.handle.shared().is_closing() {
            self.shut_down(None);
        }
    }
}
