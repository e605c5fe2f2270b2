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

use super::handle::Handle;
use super::local::Local;
use super::shared::{Entry, Shared};

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

/// Gives a task to what this thread has as a worker of that runtime. Returns the task if it is none.
// region: with_local
pub(super) fn with_local(
    shared: &Arc<Shared>,
    task: Entry,
    give: impl FnOnce(&Local, Entry),
) -> Option<Entry> {
    let mut task = Some(task);
    // A thread that is ending may have lost its cell already; then it is no worker any more.
    let _ = CURRENT.try_with(|current| {
        if let Some(Context {
            local: Some(local), ..
        }) = &*current.borrow()
            && Arc::ptr_eq(&local.shared, shared)
            && let Some(task) = task.take()
        {
            give(local, task);
        }
    });
    #[cfg(feature = "explore")]
    if task.is_some() {
        shared.explored.note_wake();
    }
    task
}
// endregion: with_local

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
