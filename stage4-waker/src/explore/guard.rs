//! Whether an exploration is running on this thread, and what is refused in it.

use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

thread_local! {
    static EXPLORING: Cell<bool> = const { Cell::new(false) };
}

/// Refuses, inside an exploration, what no seed could decide. `what` is what was asked for.
///
/// # Errors
///
/// If an exploration runs on this thread.
pub fn refuse(what: &str) -> io::Result<()> {
    if !is_exploring() {
        return Ok(());
    }
    let text =
        format!("{what} was asked for inside an exploration, where no seed decides what it does");
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}

fn is_exploring() -> bool {
    EXPLORING.get()
}

/// Says that an exploration runs on this thread until it is dropped.
pub(super) struct Exploring(bool);

impl Exploring {
    pub(super) fn begin() -> Self {
        Exploring(EXPLORING.replace(true))
    }
}

impl Drop for Exploring {
    fn drop(&mut self) {
        EXPLORING.set(self.0);
    }
}

/// Belongs to an executor or a runtime. If that was made in an exploration, a wake from another thread is a fault of the program,
/// and is noted here.
#[derive(Debug)]
pub struct Explored {
    home: Option<ThreadId>,
    from_elsewhere: AtomicBool,
}

impl Explored {
    /// Of one that is made here and now.
    pub fn here() -> Self {
        Explored {
            home: is_exploring().then(|| thread::current().id()),
            from_elsewhere: AtomicBool::new(false),
        }
    }

    /// Somebody wakes a task of it, on this thread.
    pub fn note_wake(&self) {
        if self.home.is_some_and(|home| home != thread::current().id()) {
            // Ordering: a note for the next look; the queue hands over everything else.
            self.from_elsewhere.store(true, Ordering::Relaxed);
        }
    }

    /// Whether anybody has, on another thread.
    pub fn was_woken_from_elsewhere(&self) -> bool {
        self.from_elsewhere.load(Ordering::Relaxed)
    }
}
