//! Leaving one stack for another: the only thing here that Rust itself cannot say.
//!
//! Each kind of machine has a file of its own with the same two operations:
//!
//! - `switch(save, to, argument)` pushes the registers that a call must preserve onto the stack it is
//!   called on, notes the stack pointer in `*save`, takes `to` as the stack pointer, pops the same
//!   registers from there, and goes on where *that* stack had called `switch`. The call over there
//!   returns `argument`. To both sides it looks like a call that took long.
//! - `prepare(top, base, entry, bounds)` lays out a stack that nobody has run on yet so that the
//!   first switch to it calls `entry(base, argument)`.
//!
//! What a coroutine's stack looks like, addresses growing upwards:
//!
//! ```text
//!            new                         suspended                      running
//!     ┌─────────────────┐           ┌─────────────────┐           ┌─────────────────┐
//!     │ Base            │           │ Base            │           │ Base     parent─┼─► resumer's
//!     ├─────────────────┤           ├─────────────────┤           ├─────────────────┤   registers
//!     │ closure         │           │ (closure, moved)│           │ (closure, moved)│
//!     ├─────────────────┤           ├─────────────────┤           ├─────────────────┤
//!     │ return address, │           │ trampoline      │           │ trampoline      │
//!     │ registers       │◄─own      │ entry → closure │           │ entry → closure │
//!     └─────────────────┘           │  → … → suspend  │           │  → …            │◄─ sp
//!                                   │ return address, │           └─────────────────┘
//!                                   │ registers       │◄─own
//!                                   └─────────────────┘
//! ```
//!
//! Control floating-point state is not exchanged. Both ABIs ask a function to preserve it (MXCSR's
//! control bits and the x87 control word, or FPCR), but Rust code is only defined under the default
//! rounding and exception masks: whoever changes them must set them back before other Rust code
//! runs, and `suspend` is other Rust code. So both sides of a switch always hold the same values,
//! and reloading them would cost more than the rest of the switch.

#[cfg_attr(
    all(target_arch = "x86_64", not(windows)),
    path = "switch/x86_64_sysv.rs"
)]
#[cfg_attr(
    all(target_arch = "x86_64", windows),
    path = "switch/x86_64_windows.rs"
)]
#[cfg_attr(target_arch = "aarch64", path = "switch/aarch64.rs")]
mod machine;

pub(crate) use machine::{prepare, switch};

/// The lowest address of a stack's part that is in use: it points at the registers that `switch`
/// pushed. Null where there is none.
pub(crate) type StackPointer = *mut usize;

/// What the first switch to a new stack calls: with the stack's [`Base`] and `switch`'s argument.
pub(crate) type Entry = unsafe extern "C" fn(base: *mut Base, argument: usize) -> !;

/// The record at the top of each coroutine's stack, by which its two sides find each other.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Base {
    /// Where the resumer's registers are, while the coroutine runs. Null until it first does. The
    /// trampoline's unwinding information reads it: this is how a backtrace leaves the coroutine.
    pub(crate) parent: StackPointer,
    /// Where the coroutine's registers are, while it is suspended. Null once it is complete.
    pub(crate) own: StackPointer,
    /// A name for the report of an overflow: its bytes and how many. Null if there is none.
    pub(crate) name: *const u8,
    pub(crate) name_length: usize,
    /// Whether the resumer was unwinding when it resumed.
    pub(crate) resumer_unwinds: bool,
}
