//! The way out of a coroutine, and who may not take it.
//!
//! How many panics are under way is counted for each OS thread, not for each stack. So a coroutine must
//! leave that count as it found it. If a destructor could suspend while its coroutine unwinds, the
//! coroutine's panic would count as the resumer's, and nobody could trust `thread::panicking` from there on.
//!
//! A program can ask only whether the count is zero. That is enough:
//!
//! | the resumer entered it | the coroutine leaves it | |
//! |---|---|---|
//! | not unwinding | not unwinding | |
//! | unwinding: one of its destructors drives the coroutine | unwinding | the resumer's panic, still |
//! | not unwinding | unwinding | its own panic: refused |
//! | unwinding | not unwinding | its own panic has been taken for the resumer's: refused |
//!
//! The last is for a coroutine that panics while its resumer unwinds, too, and suspends: at that moment it looks
//! like the second. If the resumer's panic ends first, this comes to light when the coroutine's ends.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::panic;
use std::ptr::NonNull;
use std::thread;

use super::bottom::ForcedUnwind;
use super::word::{pack, unpack};
use crate::switch::{Base, leave};

/// The way out of a running coroutine. Its function gets a reference to it.
pub struct Suspender<Input, Yield> {
    pub(super) base: NonNull<Base>,
    pub(super) types: PhantomData<fn(Yield) -> Input>,
}

impl<Input, Yield> Suspender<Input, Yield> {
    /// Leaves the coroutine: the `resume` under way returns
    /// [`CoroutineState::Yielded`](super::CoroutineState::Yielded) with `value`. The next `resume` goes
    /// on here, and its input is what this returns.
    ///
    /// # Panics
    ///
    /// If the coroutine is dropped while it is suspended here, its stack unwinds from here. Code that
    /// catches this unwinding should raise it again; if it suspends instead, it is raised again here,
    /// and after three times the process aborts.
    ///
    /// Aborts the process if the coroutine is unwinding (a destructor suspends while a panic passes).
    // region: suspend
    #[inline]
    pub fn suspend(&self, value: Yield) -> Input {
        let base = self.base.as_ptr();
        let mut value = ManuallyDrop::new(value);
        // SAFETY: whoever can call this has a reference to the suspender, which `entry` lends only
        // while the coroutine is alive, on this OS thread; so it is running, and its `Base` is there.
        // `resume` unpacks the value, once.
        let input = unsafe {
            depart(base);
            let input = leave(base, pack(&mut value));
            arrive(base);
            input
        };
        // SAFETY: as above.
        if unsafe { (*base).cancelled } {
            panic::resume_unwind(Box::new(ForcedUnwind));
        }
        // SAFETY: not cancelled, so it is the `Input` of a `resume`, which nobody else unpacks.
        unsafe { unpack::<Input>(input) }
    }
    // endregion: suspend
}

/// The resumer has entered the coroutine: notes whether it is unwinding.
///
/// # Safety
///
/// `base` must be that of the coroutine that is running.
#[inline(always)]
pub(super) unsafe fn arrive(base: *mut Base) {
    #[cold]
    fn unwinding(base: &mut Base) {
        base.resumer_unwinds = true;
    }
    if thread::panicking() {
        // SAFETY: the caller's promise; nobody else refers to it.
        let base = unsafe { &mut *base };
        unwinding(base);
    }
}

/// The coroutine is about to be left: aborts the process if a panic of its own is under way. See the
/// header.
///
/// # Safety
///
/// As [`arrive`].
#[inline(always)]
pub(super) unsafe fn depart(base: *mut Base) {
    #[cold]
    fn unwinding(base: &mut Base) {
        if thread::panicking() != base.resumer_unwinds {
            super::abort(format_args!(
                "a coroutine suspended while it was unwinding: a destructor must not suspend"
            ));
        }
        base.resumer_unwinds = false;
    }
    // SAFETY: the caller's promise; nobody else refers to it.
    if thread::panicking() || unsafe { (*base).resumer_unwinds } {
        // SAFETY: as above.
        let base = unsafe { &mut *base };
        unwinding(base);
    }
}

impl<Input, Yield> fmt::Debug for Suspender<Input, Yield> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suspender").finish_non_exhaustive()
    }
}
