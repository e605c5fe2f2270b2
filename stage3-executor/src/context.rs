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

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::reactor::Handle;

thread_local! {
    static CURRENT: RefCell<Option<Home>> = const { RefCell::new(None) };
}

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
    Guard {
        previous: CURRENT.replace(Some(home)),
        on_this_thread: PhantomData,
    }
}

/// The reactor for a socket or timer that is made now on this thread.
///
/// # Errors
///
/// If no home has been entered here.
pub fn current() -> io::Result<Handle> {
    CURRENT
        .try_with(|home| home.borrow().as_ref().map(Home::choose))
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
    previous: Option<Home>,
    on_this_thread: PhantomData<*const ()>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A thread that is ending may have lost its cell already; there is nothing to restore then.
        let _ = CURRENT.try_with(|home| home.replace(self.previous.take()));
    }
}
