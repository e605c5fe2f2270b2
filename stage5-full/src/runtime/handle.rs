//! A reference to a runtime: to spawn onto it from anywhere.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use stage4_waker::JoinHandle;

use super::block_on;
use super::context::{self, Context, EnterGuard};
use super::metrics::RuntimeMetrics;
use super::shared::Shared;

/// A reference to a [`Runtime`](super::Runtime), to be cloned and sent to any thread.
///
/// It does not keep the runtime running. After shutdown, what is spawned is cancelled at once.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Handle { shared }
    }

    /// The runtime of this thread: inside tasks, `block_on`, `spawn_blocking`, and under a guard of [`enter`](Self::enter).
    ///
    /// # Panics
    ///
    /// If there is none; see [`try_current`](Self::try_current).
    #[track_caller]
    pub fn current() -> Self {
        match Self::try_current() {
            Ok(handle) => handle,
            Err(error) => panic!("{error}"),
        }
    }

    /// The runtime of this thread.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        context::current().ok_or(TryCurrentError(()))
    }

    /// Makes this runtime current on this thread until the guard is dropped, so that [`spawn`](crate::spawn) works, and sockets and timers
    /// can be created. They go to the workers' reactors in turn.
    pub fn enter(&self) -> EnterGuard<'_> {
        context::enter(Context::guest(self, context::polls_futures()))
    }

    /// Starts a task. It runs whether or not its handle is awaited, until it ends, is aborted, or the runtime shuts down.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.clone().into_spawn(future)
    }

    /// The same if this handle is not needed any more: its reference becomes the task's.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(crate) fn into_spawn<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.shared.spawn(future)
    }

    /// Runs a function that may block on a thread of the pool for such: see [`task::spawn_blocking`](crate::task::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, function: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.shared.blocking.spawn(self, function)
    }

    /// Runs a future to its end on this thread, while the workers run the tasks: see [`Runtime::block_on`](super::Runtime::block_on).
    ///
    /// # Panics
    ///
    /// If the future panics, or if this thread runs tasks already.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        block_on::block_on(self, future)
    }

    /// What the workers have done so far.
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics::new(self.clone())
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.shared).finish()
    }
}

/// There is no runtime on this thread.
#[derive(Debug)]
pub struct TryCurrentError(());

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "there is no runtime on this thread: do this in a task or inside block_on, keep a guard of \
             Runtime::enter alive, or use a Handle",
        )
    }
}

impl Error for TryCurrentError {}
