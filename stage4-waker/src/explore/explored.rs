//! A wake from another OS thread comes when it comes: no seed decides that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};

use stage2_reactor::simulation::is_exploring;

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
