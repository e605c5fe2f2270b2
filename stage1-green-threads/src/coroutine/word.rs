//! How a value crosses a switch: in a register if it fits there, else as the address of where it lies.
//!
//! A local variable stays where it is while its function is suspended, so the side that gives a value may
//! pass the address of its own; the side that takes moves the value out before it does anything else.

use std::mem::ManuallyDrop;
use std::ptr;

use crate::switch::Word;

/// Whether a `T` itself travels, and not its address.
const fn fits<T>() -> bool {
    size_of::<T>() <= size_of::<Word>() && align_of::<T>() <= align_of::<Word>()
}

/// Makes ready to travel what is given away. `value` must stay where it is until the other side has
/// taken it with [`unpack`].
// region: pack
#[inline]
pub(super) fn pack<T>(value: &mut ManuallyDrop<T>) -> Word {
    let address = ptr::from_mut(value).cast::<T>();
    if !fits::<T>() {
        return Word::new(address.cast());
    }
    let mut word = Word::uninit();
    // SAFETY: `word` is large enough and aligned for a `T`, and is no part of `value`.
    unsafe { ptr::copy_nonoverlapping(address, word.as_mut_ptr().cast(), 1) };
    word
}
// endregion: pack

/// Takes a value that has travelled.
///
/// # Safety
///
/// `word` must come from [`pack`] with the same `T`, and not have been unpacked before.
#[inline]
pub(super) unsafe fn unpack<T>(word: Word) -> T {
    // SAFETY: the caller's promise. What does not fit is where the other side, suspended now, has it.
    unsafe {
        match fits::<T>() {
            true => word.as_ptr().cast::<T>().read(),
            false => word.assume_init().cast::<T>().read(),
        }
    }
}
