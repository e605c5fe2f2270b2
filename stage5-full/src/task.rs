//! Tasks: starting, awaiting, aborting them, alone or in sets.
//!
//! The task itself is stage 4's; here is what belongs to a runtime with several threads.

use crate::runtime::Handle;

mod join_set;

pub use self::join_set::JoinSet;
pub use stage3_executor::future::yield_now;
pub use stage4_waker::task::{TaskId as Id, id, try_id};
pub use stage4_waker::{AbortHandle, JoinError, JoinHandle};

/// Starts a task on the runtime of this thread.
///
/// It runs whether or not its handle is awaited: dropping the handle detaches it. A panic in it is caught and given to
/// whoever awaits the handle; other tasks are not affected.
///
/// # Panics
///
/// If there is no runtime on this thread; see [`Handle::current`].
///
/// # Examples
///
/// ```
/// # stage5_full::runtime::Runtime::new().unwrap().block_on(async {
/// let answer = stage5_full::spawn(async { 6 * 7 });
/// assert_eq!(answer.await.unwrap(), 42);
/// # });
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Handle::current().into_spawn(future)
}

/// Runs a function that may block (files, name resolution, a long computation) on a thread of the pool for such.
///
/// It cannot be stopped once it has begun; abort works until then. Inside it, `block_on` is allowed.
///
/// # Panics
///
/// If there is no runtime on this thread, or if an exploration runs on it: no seed decides what a thread does.
///
/// # Examples
///
/// ```
/// # stage5_full::runtime::Runtime::new().unwrap().block_on(async {
/// let manifest = stage5_full::task::spawn_blocking(|| std::fs::read_to_string("Cargo.toml"));
/// assert!(manifest.await.unwrap().unwrap().contains("stage5-full"));
/// # });
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    Handle::current().spawn_blocking(function)
}
