//! Green threads with the names and the meaning of `std::thread`.
//!
//! The difference to an OS thread: they all take turns on one OS thread, and the turn ends only where
//! a green thread says so, by [`yield_now`], [`park`], [`JoinHandle::join`] or its end.
//!
//! ```compile_fail,E0277
//! // They stay on their OS thread, and so does what stands for them: it is not `Send`.
//! fn send<T: Send>() {}
//! send::<stage1_green_threads::Thread>();
//! ```

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::rc::Rc;

use crate::coroutine::{Coroutine, CoroutineState, ForcedUnwind, Suspender};
use crate::scheduler::Scheduler;
use crate::stack::DEFAULT_STACK_SIZE;
use crate::trace::{self, TaskId};

/// A handle to a green thread, as `std::thread::Thread` is to an OS thread.
#[derive(Clone)]
pub struct Thread {
    green: Rc<Green>,
}

impl Thread {
    /// The thread's number. No other green thread or task of the process has it.
    pub fn id(&self) -> TaskId {
        self.green.id
    }

    /// The thread's name, if it was given one.
    pub fn name(&self) -> Option<&str> {
        self.green.name.as_deref()
    }

    /// Gives the thread its token, and makes it runnable if it is parked.
    ///
    /// There is one token at most: two calls before the next [`park`] wake it once. On a thread that
    /// has finished this does nothing.
    pub fn unpark(&self) {
        trace::wake(self.green.id);
        self.green.token.set(true);
        if matches!(self.green.state.get(), State::Parked)
            && let Some(scheduler) = Scheduler::try_current()
        {
            scheduler.enqueue(Rc::clone(&self.green));
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("id", &self.id())
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// The green thread that calls.
///
/// # Panics
///
/// Outside of [`run`](crate::run).
pub fn current() -> Thread {
    Thread {
        green: Scheduler::current().running(),
    }
}

/// Lets every other runnable green thread have its turn.
///
/// # Panics
///
/// Outside of [`run`](crate::run).
pub fn yield_now() {
    let scheduler = Scheduler::current();
    let green = scheduler.running();
    scheduler.enqueue(Rc::clone(&green));
    green.suspend();
}

/// Waits until somebody calls [`Thread::unpark`] on this thread; returns at once if that has happened
/// since the last `park`. It never returns without a reason.
///
/// # Panics
///
/// Outside of [`run`](crate::run).
// region: park
pub fn park() {
    let green = Scheduler::current().running();
    if !green.token.get() {
        green.state.set(State::Parked);
        green.suspend();
    }
    green.token.set(false);
}
// endregion: park

/// Starts a green thread with the default name and stack. It gets its first turn after those that are
/// runnable now.
///
/// # Panics
///
/// If there is no memory for its stack ([`Builder::spawn`] returns an error instead), or outside of
/// [`run`](crate::run).
#[cfg_attr(feature = "tracing", track_caller)]
pub fn spawn<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new()
        .spawn(f)
        .unwrap_or_else(|error| panic!("spawn: no stack for another green thread: {error}"))
}

/// A green thread to be: its name and the size of its stack.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    name: Option<String>,
    stack_size: Option<usize>,
}

impl Builder {
    /// No name, and a stack of [`DEFAULT_STACK_SIZE`].
    pub fn new() -> Self {
        Self::default()
    }

    /// The name, for reports and traces.
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// At least so many bytes of stack: see [`stack`](crate::stack) on sizes.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// Starts the green thread.
    ///
    /// # Errors
    ///
    /// If the OS has no memory, or no mapping, for its stack.
    ///
    /// # Panics
    ///
    /// Outside of [`run`](crate::run).
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<T: 'static>(self, f: impl FnOnce() -> T + 'static) -> io::Result<JoinHandle<T>> {
        let scheduler = Scheduler::current();
        let result = Rc::new(Cell::new(None));
        let slot = Rc::clone(&result);
        let bytes = self.stack_size.unwrap_or(DEFAULT_STACK_SIZE);
        let coroutine = Coroutine::with_stack_size(bytes, move |suspender: &Suspend, ()| {
            Scheduler::current().running().suspender.set(suspender);
            let (result, outcome) = match panic::catch_unwind(AssertUnwindSafe(f)) {
                Ok(value) => (Some(Ok(value)), "ok"),
                Err(payload) if payload.is::<ForcedUnwind>() => (None, "cancelled"),
                Err(payload) => (Some(Err(payload)), "panicked"),
            };
            slot.set(result);
            outcome
        })?;
        let green = Green::new(self.name, coroutine);
        scheduler.adopt(Rc::clone(&green));
        Ok(JoinHandle { green, result })
    }
}

/// The right to wait for a green thread's end and take its result. Dropping it lets the thread run on.
pub struct JoinHandle<T> {
    pub(crate) green: Rc<Green>,
    /// Filled when the thread has finished, unless it was unwound at the end of `run`.
    result: Rc<Cell<Option<std::thread::Result<T>>>>,
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has finished. If it panicked, its panic's payload is the error.
    ///
    /// # Errors
    ///
    /// The payload of the panic; a text if the thread was unwound because its `run` had ended.
    ///
    /// # Panics
    ///
    /// If the thread has not finished, outside of [`run`](crate::run).
    pub fn join(self) -> std::thread::Result<T> {
        if !self.green.is_finished() {
            let joiner = Scheduler::current().running();
            *self.green.joiner.borrow_mut() = Some(Rc::clone(&joiner));
            joiner.state.set(State::Joining(self.green.id));
            joiner.suspend();
        }
        self.into_result()
    }

    /// The thread itself.
    pub fn thread(&self) -> Thread {
        Thread {
            green: Rc::clone(&self.green),
        }
    }

    /// Whether the thread has finished, so that `join` would return at once.
    pub fn is_finished(&self) -> bool {
        self.green.is_finished()
    }

    pub(crate) fn into_result(self) -> std::thread::Result<T> {
        let unwound = "the green thread was unwound, because its `run` had ended";
        self.result.take().unwrap_or_else(|| Err(Box::new(unwound)))
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("thread", &self.thread())
            .finish_non_exhaustive()
    }
}

type Suspend = Suspender<(), ()>;

/// What a green thread is doing. While it is `Runnable`, it is in the queue or running.
#[derive(Clone, Copy)]
pub(crate) enum State {
    Runnable,
    Parked,
    Joining(TaskId),
    Finished,
}

/// The record of a green thread, shared by the scheduler and all handles.
pub(crate) struct Green {
    /// Until it has finished. First of the fields, so that it is dropped before the name it refers to.
    coroutine: RefCell<Option<Coroutine<(), (), &'static str>>>,
    pub(crate) id: TaskId,
    pub(crate) name: Option<Box<str>>,
    pub(crate) state: Cell<State>,
    /// Whether `unpark` was called since the last `park`.
    token: Cell<bool>,
    /// How the thread leaves its coroutine. Null until its first turn.
    suspender: Cell<*const Suspend>,
    /// Who waits in `join`.
    joiner: RefCell<Option<Rc<Green>>>,
}

impl Green {
    fn new(name: Option<String>, mut coroutine: Coroutine<(), (), &'static str>) -> Rc<Self> {
        let id = TaskId::next();
        let name = name.map(String::into_boxed_str);
        // SAFETY: a boxed str does not move with its box, and `coroutine` is dropped first.
        unsafe { coroutine.set_owner(id, name.as_deref()) };
        Rc::new(Green {
            coroutine: RefCell::new(Some(coroutine)),
            id,
            name,
            state: Cell::new(State::Runnable),
            token: Cell::new(false),
            suspender: Cell::new(ptr::null()),
            joiner: RefCell::new(None),
        })
    }

    /// Gives it its turn. Returns its outcome if that was the last.
    #[inline]
    pub(crate) fn resume(&self) -> Option<&'static str> {
        let mut coroutine = self.coroutine.borrow_mut();
        let running = coroutine
            .as_mut()
            .expect("a thread in the queue has not finished");
        let CoroutineState::Complete(outcome) = running.resume(()) else {
            return None;
        };
        *coroutine = None;
        Some(outcome)
    }

    /// Ends the turn of this thread, which is the one that is running.
    fn suspend(&self) {
        // SAFETY: set at its start from the reference that its coroutine lends it until its function
        // ends; it is running, so that has not happened.
        unsafe { (*self.suspender.get()).suspend(()) }
    }

    /// Drops its coroutine, which is suspended or has never run.
    pub(crate) fn cancel(&self) {
        let coroutine = self.coroutine.borrow_mut().take();
        drop(coroutine);
    }

    /// Notes that it has finished, and returns who has waited for that.
    pub(crate) fn finish(&self) -> Option<Rc<Green>> {
        self.state.set(State::Finished);
        self.joiner.borrow_mut().take()
    }

    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.state.get(), State::Finished)
    }
}

impl fmt::Display for Green {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "green thread {}", self.id)?;
        match &self.name {
            Some(name) => write!(f, " {name:?}"),
            None => Ok(()),
        }
    }
}
