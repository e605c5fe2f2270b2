//! Which runtime a thread belongs to just now, and whether it may block.
//!
//! ```text
//!   thread                        handle    place       polls futures (must not block)
//!   ──────────────────────────────────────────────────────────────────────────────────
//!   worker w                      yes       Worker      yes
//!   inside block_on               yes       BlockOn     yes
//!   in the pool for blocking      yes       Guest       no
//!   under a guard of enter()      yes       Guest       as before
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

use super::block_on::Visit;
use super::handle::Handle;
use super::local::Local;
use super::shared::{Entry, Scheduler};

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

pub(super) struct Context {
    handle: Handle,
    place: Place,
}

enum Place {
    Worker(Rc<Local>),
    BlockOn(Rc<Visit>),
    Guest { polls_futures: bool },
}

impl Context {
    /// For the thread of a worker.
    pub(super) fn worker(local: Rc<Local>) -> Self {
        Context {
            handle: Handle::new(local.shared.clone()),
            place: Place::Worker(local),
        }
    }

    /// For a thread in `block_on`.
    pub(super) fn block_on(handle: &Handle, visit: Rc<Visit>) -> Self {
        Context {
            handle: handle.clone(),
            place: Place::BlockOn(visit),
        }
    }

    /// For any other thread.
    pub(super) fn guest(handle: &Handle, polls_futures: bool) -> Self {
        Context {
            handle: handle.clone(),
            place: Place::Guest { polls_futures },
        }
    }

    /// Queues a task of this context's runtime.
    fn enqueue(&self, task: Entry) -> Result<(), Entry> {
        match &self.place {
            Place::Worker(local) => local.wake(task),
            Place::BlockOn(visit) => self.handle.shared().inject(task, Some(visit)),
            Place::Guest { .. } => self.handle.shared().inject(task, None),
        }
    }

    /// Where sockets and timers are at home that are made in this context.
    fn home(&self) -> Home {
        let shared = self.handle.shared();
        match &self.place {
            Place::Worker(local) => Home::One(shared.seats[local.index].driver.clone()),
            _ => shared.homes.clone(),
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
    with_current(|context| context.map(|context| context.handle.clone()))
}

/// Whether this thread polls futures just now, so that to block it would hold up others.
pub(super) fn polls_futures() -> bool {
    with_current(|context| match context.map(|context| &context.place) {
        Some(Place::Worker(_) | Place::BlockOn(_)) => true,
        Some(Place::Guest { polls_futures }) => *polls_futures,
        None => false,
    })
}

/// Queues a task that was woken or spawned on this thread. Gives it back after shutdown.
// region: enqueue
pub(super) fn enqueue(task: Scheduled<Scheduler>) -> Result<(), Entry> {
    with_current(|context| {
        let shared = &task.scheduler().0;
        match context.filter(|context| Arc::ptr_eq(context.handle.shared(), shared)) {
            Some(context) => context.enqueue(task.into()),
            None => {
                // The runtime must not go away with the task, if another thread ends that at once.
                let shared = shared.clone();
                shared.inject(task.into(), None)
            }
        }
    })
}
// endregion: enqueue

/// Calls `f` with this thread's context. A thread that is ending may have lost its cell already; then it has none.
fn with_current<R>(f: impl FnOnce(Option<&Context>) -> R) -> R {
    let mut f = Some(f);
    let mut call = |context: Option<&Context>| f.take().map(|f| f(context));
    let called = CURRENT.try_with(|current| call(current.borrow().as_ref()));
    let result = called.unwrap_or_else(|_| call(None));
    result.expect("it has been called once")
}

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
