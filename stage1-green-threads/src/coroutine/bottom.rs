//! The bottom of a coroutine's stack: what `enter` calls first, and where the closure and the result lie.
//!
//! ```text
//!     ┌───────────────────────────────┐ top of the stack
//!     │ Base                          │
//!     ├───────────────────────────────┤
//!     │ payload: closure, then result │
//!     ├───────────────────────────────┤ a multiple of 16
//!     │ trampoline, entry, …          │
//! ```
//!
//! No unwinding passes `entry`: what goes on in the resumer is a value.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe};
use std::ptr::NonNull;
use std::thread;

use super::Suspender;
use super::suspender::{arrive, depart};
use super::word::unpack;
use crate::switch::{Base, Word};

/// The payload of the unwinding that ends a suspended coroutine.
pub(crate) struct ForcedUnwind;

/// What runs at the bottom of a coroutine's stack: its function, behind a net for panics. Returns the
/// address of the result.
///
/// # Safety
///
/// Called by the trampoline only, on a stack that [`Coroutine::on`](super::Coroutine::on) has laid out with the same types.
pub(super) unsafe extern "C" fn entry<F, Input, Yield, Return>(base: *mut Base, input: Word) -> Word
where
    F: FnOnce(&Suspender<Input, Yield>, Input) -> Return,
{
    // SAFETY: we are what is running here.
    unsafe { arrive(base) };
    let payload = payload_below::<F, Return>(base);
    // SAFETY: `on` has put the closure there, and we are called once.
    let f = unsafe { payload.cast::<F>().read() };
    // SAFETY: our own record.
    let result: thread::Result<Return> = if unsafe { (*base).cancelled } {
        // Dropped before it ever ran.
        panic::catch_unwind(AssertUnwindSafe(|| drop(f))).and(Err(Box::new(ForcedUnwind) as _))
    } else {
        panic::catch_unwind(AssertUnwindSafe(|| {
            let suspender = Suspender {
                // SAFETY: our own record is not at null.
                base: unsafe { NonNull::new_unchecked(base) },
                types: PhantomData,
            };
            // SAFETY: not cancelled, so it is the `Input` of the first `resume`.
            f(&suspender, unsafe { unpack::<Input>(input) })
        }))
    };
    // SAFETY: as above. The closure has been moved out, and there is room for either.
    unsafe {
        depart(base);
        payload.cast::<thread::Result<Return>>().write(result);
    }
    Word::new(payload.cast())
}

/// Takes the result of a coroutine that is complete.
///
/// # Safety
///
/// `answer` must be what [`entry`] has returned, for the same `Return`, and nobody may have taken it.
#[inline]
pub(super) unsafe fn take_result<Return>(answer: Word) -> thread::Result<Return> {
    // SAFETY: the caller's promise.
    unsafe { answer.assume_init().cast::<thread::Result<Return>>().read() }
}

/// What lies between `Base` and the first frame: the closure until it runs, the result when it has.
pub(super) union Payload<F, Return> {
    _closure: ManuallyDrop<F>,
    _result: ManuallyDrop<thread::Result<Return>>,
}

/// Where the payload lies on the stack that ends with `base`.
#[inline]
pub(super) fn payload_below<F, Return>(base: *mut Base) -> *mut Payload<F, Return> {
    base.cast::<u8>()
        .wrapping_sub(size_of::<Payload<F, Return>>())
        .map_addr(|address| address & !(align_of::<Payload<F, Return>>() - 1))
        .cast()
}
