//! Where a socket or a timer that is made here and now will be at home.
//!
//! A socket is registered once, with one reactor: its *home*. Which one that is depends on where the
//! socket is made, so each thread has a current home while it runs tasks:
//!
//! ```text
//!     thread A:  | enter(One(a))  ...  | enter(One(b)) ... drop | ...  drop |
//!     current():   a                     b                        a           an error
//! ```
//!
//! An executor enters its own home for as long as it runs. A thread that belongs to no reactor, but
//! to a runtime that has several, enters all of them, and they take turns.
//!
//! Dropping a reactor closes the home: from then on, what was registered there returns errors that
//! say so.
//!
//! With the home comes where a call that blocks is made, of which this stage has one: to ask the OS
//! for the address of a name. By default that is a thread of its own; a runtime with a pool of
//! threads for such calls offers that instead.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::reactor::Handle;

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

#[derive(Debug)]
struct Current {
    home: Home,
    offload: Offload,
}

/// Has a call that blocks made by some other thread. If that is impossible, the call is dropped.
pub type Offload = fn(Box<dyn FnOnce() + Send>);

/// Chooses the reactor for each new socket and timer.
#[derive(Clone, Debug)]
pub enum Home {
    /// Always this one.
    One(Handle),
    /// Each of several in turn.
    RoundRobin(RoundRobin),
}

impl Home {
    fn choose(&self) -> Handle {
        match self {
            Home::One(handle) => handle.clone(),
            Home::RoundRobin(homes) => homes.next(),
        }
    }

    /// The time by the clock of its reactors, which is one and the same.
    fn now(&self) -> Instant {
        match self {
            Home::One(handle) => handle.now(),
            Home::RoundRobin(homes) => homes.0.handles[0].now(),
        }
    }
}

/// Several reactors that take turns. Clones share the turn.
#[derive(Clone)]
pub struct RoundRobin(Arc<Ring>);

struct Ring {
    handles: Box<[Handle]>,
    turn: AtomicUsize,
}

impl RoundRobin {
    /// Lets these reactors take turns.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn new(handles: impl IntoIterator<Item = Handle>) -> Self {
        let handles: Box<[Handle]> = handles.into_iter().collect();
        assert!(!handles.is_empty(), "a home needs at least one reactor");
        let turn = AtomicUsize::new(0);
        RoundRobin(Arc::new(Ring { handles, turn }))
    }

    fn next(&self) -> Handle {
        let Ring { handles, turn } = &*self.0;
        // Ordering: the numbers only spread sockets over reactors; nothing is published by them.
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        handles[turn % handles.len()].clone()
    }
}

impl fmt::Debug for RoundRobin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RoundRobin").field(&self.0.handles).finish()
    }
}

/// Makes `home` current on this thread until the guard is dropped; then what was current before is
/// so again. Guards are to be dropped in the reverse order of their making.
pub fn enter(home: Home) -> Guard {
    enter_with(home, thread_of_its_own)
}

/// As [`enter`]; calls that block go through `offload`.
pub fn enter_with(home: Home, offload: Offload) -> Guard {
    Guard {
        previous: CURRENT.replace(Some(Current { home, offload })),
        on_this_thread: PhantomData,
    }
}

fn thread_of_its_own(call: Box<dyn FnOnce() + Send>) {
    // Without a thread the call is dropped, and whoever waits for it learns that from its drop.
    let _ = thread::Builder::new().name("blocking".into()).spawn(call);
}

/// The reactor for a socket or timer that is made now on this thread.
///
/// # Errors
///
/// If no home has been entered here.
pub fn current() -> io::Result<Handle> {
    with_current(|current| current.home.choose())
}

/// Whether sockets and timers that are made now on this thread are all at this reactor.
pub(crate) fn is_current(handle: &Handle) -> bool {
    let same =
        with_current(|current| matches!(&current.home, Home::One(home) if home.same(handle)));
    same.unwrap_or(false)
}

/// The time, without a reference to a reactor being made for it.
pub(crate) fn now() -> io::Result<Instant> {
    with_current(|current| current.home.now())
}

/// How a call that blocks is made from this thread.
///
/// # Errors
///
/// As [`current`].
pub(crate) fn offload() -> io::Result<Offload> {
    with_current(|current| current.offload)
}

fn with_current<R>(f: impl FnOnce(&Current) -> R) -> io::Result<R> {
    CURRENT
        .try_with(|current| current.borrow().as_ref().map(f))
        .ok()
        .flatten()
        .ok_or_else(|| io::Error::other(NO_RUNTIME))
}

pub(crate) const NO_RUNTIME: &str = "there is no runtime on this thread: create sockets and timers \
     in a future that an executor runs, or while a guard of enter() is alive";

/// Restores the previous home when it is dropped. It is `!Send`: the home was this thread's.
#[derive(Debug)]
#[must_use = "the home is current only while its guard is alive"]
pub struct Guard {
    previous: Option<Current>,
    on_this_thread: PhantomData<*const ()>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A thread that is ending may have lost its cell already; there is nothing to restore then.
        let _ = CURRENT.try_with(|current| current.replace(self.previous.take()));
    }
}
