//! The bottom of a coroutine's stack: what `enter` calls first, and how values are found there.
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
use std::ptr::{self, NonNull};
use std::thread;

use super::Suspender;
use crate::switch::Base;

/// The argument of a switch into a coroutine that is being dropped. No value has this address.
pub(super) const CANCEL: usize = 0;

/// The payload of the unwinding that ends a suspended coroutine.
pub(crate) struct ForcedUnwind;

/// What runs at the bottom of a coroutine's stack: its function, behind a net for panics. Returns the
/// address of the result.
///
/// # Safety
///
/// Called by the trampoline only, on a stack that [`Coroutine::on`](super::Coroutine::on) has laid out with the same types.
pub(super) unsafe extern "C" fn entry<F, Input, Yield, Return>(
    base: *mut Base,
    argument: usize,
) -> usize
where
    F: FnOnce(&Suspender<Input, Yield>, Input) -> Return,
{
    let payload = payload_below::<F, Return>(base);
    // SAFETY: `on` has put the closure there, and we are called once.
    let f = unsafe { payload.cast::<F>().read() };
    let result: thread::Result<Return> = if argument == CANCEL {
        // Dropped before it ever ran.
        panic::catch_unwind(AssertUnwindSafe(|| drop(f))).and(Err(Box::new(ForcedUnwind) as _))
    } else {
        panic::catch_unwind(AssertUnwindSafe(|| {
            let suspender = Suspender {
                // SAFETY: our own record is not at null.
                base: unsafe { NonNull::new_unchecked(base) },
                types: PhantomData,
            };
            // SAFETY: not CANCEL, so it is the address of an `Input` to be moved out.
            f(&suspender, unsafe { take::<Input>(argument) })
        }))
    };
    // SAFETY: the closure has been moved out, and there is room for either. The resumer moves it out.
    unsafe { payload.cast::<thread::Result<Return>>().write(result) };
    payload.expose_provenance()
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

/// Moves a value out of where the other side of a switch has put it.
///
/// # Safety
///
/// `address` must be that of a `T`, exposed, which nobody else will use.
#[inline]
pub(super) unsafe fn take<T>(address: usize) -> T {
    // SAFETY: the caller's promise.
    unsafe { ptr::with_exposed_provenance::<T>(address).read() }
}
