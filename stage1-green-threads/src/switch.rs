//! Leaving one stack for another: the only thing here that Rust itself cannot say.
//!
//! Each kind of machine has a file of its own with the same three operations:
//!
//! - `enter(base, coroutine, argument)` goes from the resumer's stack to a coroutine's. It saves the
//!   resumer's registers on its stack and notes in `Base::parent` where; it takes `coroutine` as the stack
//!   pointer, loads the registers saved there, and goes on where the coroutine had called `leave`.
//!   That call returns `argument`.
//! - `leave(base, answer)` is the way back, by `Base::parent`. The resumer's call of `enter` returns
//!   `answer`, and the stack pointer by which the coroutine can be entered again. It returns `base`, too,
//!   which is the same as before, but in a register: see "What a return waits for".
//! - `prepare(top, base, entry, stack)` lays out a stack that nobody has run on yet so that the
//!   first `enter` of it calls `entry(base, argument)`, by way of a trampoline. When `entry` returns, the
//!   trampoline leaves with what it returns as the answer, for good: this `enter` returns no stack pointer.
//!
//! What a coroutine's stack looks like, addresses growing upwards:
//!
//! ```text
//!            new                         suspended                       running
//!     ┌─────────────────┐           ┌─────────────────┐           ┌─────────────────┐
//!     │ Base            │           │ Base            │           │ Base     parent─┼─► resumer's
//!     ├─────────────────┤           ├─────────────────┤           ├─────────────────┤   registers
//!     │ closure         │           │ (moved out)     │           │ (moved out)     │
//!     ├─────────────────┤           ├─────────────────┤           ├─────────────────┤
//!     │ saved registers:│           │ trampoline      │           │ trampoline      │
//!     │ to trampoline   │◄─ sp      │ entry → closure │           │ entry → closure │
//!     └─────────────────┘           │  → … → leave    │           │  → …            │◄─ sp register
//!                                   ├─────────────────┤           └─────────────────┘
//!                                   │ saved registers │◄─ sp
//!                                   └─────────────────┘
//! ```
//!
//! **Which registers?** A call must preserve some ten of them, a switch all. But the compiler knows which are
//! in use where the switch happens. So each operation is an inlined block of assembly that *declares*
//! registers destroyed: the compiler saves those that it needs, and no more, and the block saves just the ones
//! that may not be declared. It must not move the stack pointer while it does, or `.cfi` would be wrong. Where the
//! system leaves nobody any room below the stack pointer, the block therefore goes to a naked function, which
//! has `.cfi` of its own.
//!
//! **Call in, return out.** A processor predicts where a return goes: to the latest call. So a
//! coroutine is entered by a call and left by a return, which match. (Going out by a call and
//! in by a return would mispredict every time, and that costs more than all the rest.)
//!
//! **What a return waits for.** Coming back, the stack pointer is loaded from `Base::parent`, whatever lies on the
//! resumer's stack is loaded by the stack pointer, and the next `enter` stores the stack pointer at an address that must be known
//! before anybody can load it again. If that address, `base`, were one of those that lie on the resumer's stack, each
//! switch would wait for two loads, one after the other. It takes no time to hand it out in a register, where it is anyway.
//!
//! **What else must a call preserve?** The control bits of the floating-point unit (MXCSR and the x87 control
//! word, or FPCR). They are not exchanged: Rust code is defined only under the default rounding and exception
//! masks, so whoever changes them must set them back before other Rust code runs, and suspending is other
//! Rust code. Both sides of a switch always hold the same values.

#[cfg_attr(
    all(target_arch = "x86_64", not(windows)),
    path = "switch/x86_64_sysv.rs"
)]
#[cfg_attr(
    all(target_arch = "x86_64", windows),
    path = "switch/x86_64_windows.rs"
)]
#[cfg_attr(all(target_arch = "aarch64", not(windows)), path = "switch/aarch64.rs")]
#[cfg_attr(
    all(target_arch = "aarch64", windows),
    path = "switch/aarch64_windows.rs"
)]
mod machine;

use std::mem::MaybeUninit;

pub(crate) use machine::{enter, leave, prepare};

/// The lowest address of a stack's part that is in use: it points at the saved registers.
pub(crate) type StackPointer = *mut usize;

/// What a switch takes along, in a register. It means something to the two sides only, and may hold bytes
/// that are not initialised, such as the padding of a small value.
pub(crate) type Word = MaybeUninit<*mut ()>;

/// What the first `enter` of a new stack calls: with the stack's [`Base`] and the argument. It returns
/// the last answer.
pub(crate) type Entry = unsafe extern "C" fn(base: *mut Base, argument: Word) -> Word;

/// The record at the top of each coroutine's stack.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Base {
    /// Where the resumer's registers are, while the coroutine runs. Null until it first does. The
    /// trampoline's unwinding information reads it: this is how a backtrace leaves the coroutine.
    pub(crate) parent: StackPointer,
    /// For the report of an overflow: the number of the green thread that runs here (0: it is a
    /// coroutine of another kind), and its name's bytes and how many (null: it has no name).
    pub(crate) task: u64,
    pub(crate) name: *const u8,
    pub(crate) name_length: usize,
    /// While the coroutine runs: whether its resumer is unwinding. See `coroutine/suspender.rs`.
    pub(crate) resumer_unwinds: bool,
    /// Whether the coroutine is being dropped, and is entered only to unwind.
    pub(crate) cancelled: bool,
}
