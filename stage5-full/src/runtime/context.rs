//! Which runtime a thread belongs to just now, and whether it may block.
//!
//! ```text
//!   thread                        handle    local       polls futures (must not block)
//!   ──────────────────────────────────────────────────────────────────────────────────
//!   worker w                      yes       w's queue   yes
//!   inside block_on               yes       –           yes
//!   in the pool for blocking      yes       –           no
//!   under a guard of enter()      yes       –           as before
//!   any other                     –         –           no
//! ```
//!
//! The home of sockets and timers is a second context, that of stage 3; both are entered together.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use stage3_executor::context::{self as home, Home};
use stage4_waker::task::Scheduled;

use super::handle::Handle;
use super::local::Local;
use super::shared::Scheduler;

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

#[derive(Clone)]
pub(super) struct Context {
    handle: Handle,
    local: Option<Rc<Local>>,
    polls_futures: bool,
}

impl Context {
    /// For the thread of a worker.
    pub(super) fn worker(local: Rc<Local>) -> Self {
        Context {
            handle: Handle::new(local.shared.clone()),
            local: Some(local),
            polls_futures: true,
        }
    }

    /// For a thread that is not a worker.
    pub(super) fn visitor(handle: &Handle, polls_futures: bool) -> Self {
        Context {
            handle: handle.clone(),
            local: None,
            polls_futures,
        }
    }

    /// Where sockets and timers are at home that are made in this context.
    fn home(&self) -> Home {
        let shared = self.handle.shared();
        match &self.local {
            Some(local) => Home::One(shared.seats[local.index].driver.clone()),
            None => shared.homes.clone(),
        }
    }
}

/// Makes a context current until the guard is dropped.
pub(super) fn enter<'runtime>(context: Context) -> EnterGuard<'runtime> {
    EnterGuard {
        _home: home::enter_with(context.home(), offload),
        previous: CURRENT.replace(Some(context)),
        runtime: PhantomData,
    }
}

/// Has a call that blocks made by the pool of this thread's runtime.
fn offload(call: Box<dyn FnOnce() + Send>) {
    if let Some(handle) = current() {
        drop(handle.spawn_blocking(call));
    }
}

/// The runtime that this thread belongs to.
pub(super) fn current() -> Option<Handle> {
    let current = CURRENT.try_with(|current| current.borrow().as_ref().map(|c| c.handle.clone()));
    current.ok().flatten()
}

/// Whether this thread polls futures just now, so that to block it would hold up others.
pub(super) fn polls_futures() -> bool {
    let polls =
        CURRENT.try_with(|current| current.borrow().as_ref().is_some_and(|c| c.polls_futures));
    polls.unwrap_or(false)
}

/// Queues a task that was woken or spawned on this thread, if that is a worker of the task's runtime. Else gives it back.
// region: wake_here
pub(super) fn wake_here(task: Scheduled<Scheduler>) -> Result<(), Scheduled<Scheduler>> {
    let mut task = Some(task);
    // A thread that is ending may have lost its cell already; then it is no worker any more.
    let _ = CURRENT.try_with(|current| {
        if let Some(Context {
            local: Some(local), ..
        }) = &*current.borrow()
            && let Some(task) = task.take_if(|task| Arc::ptr_eq(&local.shared, &task.scheduler().0))
        {
            local.wake(task.into());
        }
    });
    #[cfg(feature = "explore")]
    if let Some(task) = &task {
        task.scheduler().0.explored.note_wake();
    }
    task.map_or(Ok(()), Err)
}
// endregion: wake_here

/// Keeps a runtime current on this thread: see [`Runtime::enter`](super::Runtime::enter).
///
/// Guards are to be dropped in the reverse order of their making.
#[must_use = "the runtime is current only while its guard is alive"]
pub struct EnterGuard<'runtime> {
    previous: Option<Context>,
    /// It is `!Send` like this one: both contexts belong to the thread.
    _home: home::Guard,
    runtime: PhantomData<&'runtime Handle>,
}

impl Drop for EnterGuard<'_> {
    fn drop(&mut self) {
        let previous = self.previous.take();
        // What is replaced is dropped here, after the borrow has ended.
        let _replaced = CURRENT.try_with(|current| current.replace(previous));
    }
}

impl fmt::Debug for EnterGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterGuard").finish_non_exhaustive()
    }
}
