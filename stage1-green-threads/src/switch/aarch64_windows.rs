//! aarch64 as Windows calls.
//!
//! The registers of the three operations: x0 = base, x1 = the coroutine's stack pointer, x2 = the argument
//! or answer. x29 and x19 are saved here, since the compiler keeps them for itself and lets no assembly declare
//! them destroyed, and x30 with them, as it says where to go on; all others are declared, d8–d15 among them.
//! x18 is the system's: it points at the thread's block.
//!
//! **The thread's block.** Windows keeps in a block of each OS thread (the TIB) what it believes about the
//! stack, and looks: by it an overflow is told from any other fault, an exception handler is only searched
//! between limit and base, and the guard page that lets a stack grow is only honoured within. So four fields
//! belong to a stack as registers do, and are exchanged with them:
//!
//! | field | what |
//! |---|---|
//! | \[x18, 0x00\] | the list of exception handlers, unused on aarch64; -1 is its end |
//! | \[x18, 0x08\] | the stack's base: one past its highest byte |
//! | \[x18, 0x10\] | its limit: the lowest byte that can be touched. It moves down as the stack grows |
//! | \[x18, 0x1478\] | the lowest byte that belongs to it, its "deallocation stack" |
//!
//! ```text
//!          suspended, or waiting in enter          new
//!          ┌────────────────────┐                  ┌────────────────────┐
//!     +64  │ caller's frame     │             +64  │ closure, Base      │ (a multiple of 16)
//!     +56  │ [x18, 0x1478]      │             +56  │ slot               │
//!     +48  │ [x18, 0x10]        │             +48  │ limit              │
//!     +40  │ [x18, 0x08]        │             +40  │ top                │
//!     +32  │ [x18, 0x00]        │             +32  │ -1                 │
//!     +24  │ (unused)           │             +24  │ (unused)           │
//!     +16  │ x19                │             +16  │ x19 = entry        │
//!      +8  │ return address     │              +8  │ trampoline         │
//!      +0  │ x29                │◄─ sp         +0  │ x29 = base         │◄─ sp
//!          └────────────────────┘                  └────────────────────┘
//! ```
//!
//! Windows walks stacks by tables of its own, which the lines that begin with `.seh` write, not by `.cfi`, and
//! they cannot say "the caller is on another stack". So here a walk ends at the trampoline.

use std::arch::{asm, naked_asm};

use super::{Base, Entry, StackPointer, Word};
use crate::stack::Stack;

/// Goes from the resumer to the coroutine. Returns, when the coroutine leaves, its answer, the
/// stack pointer to enter it by next time (null if it has left for good), and `base` again.
///
/// # Safety
///
/// `coroutine` must come from `prepare` or the latest `enter` of the same stack, which belongs to this
/// OS thread and whose `Base` is `base`. What `argument` means is between the two sides.
#[inline(always)]
pub(crate) unsafe fn enter(
    mut base: *mut Base,
    coroutine: StackPointer,
    argument: Word,
) -> (Word, StackPointer, *mut Base) {
    let (answer, suspended);
    // SAFETY: control comes back behind the call, by `leave` or from the trampoline, with sp, x29, x19 as
    // they were; x18 belongs to the system and is not touched. Every other register is an operand, or
    // declared destroyed.
    unsafe {
        asm!(
            "bl {naked}",
            naked = sym enter_naked,
            inout("x0") base, // The other side has left by the same base, so it is unchanged.
            inout("x1") coroutine => suspended,
            inout("x2") argument => answer,
            out("x20") _, out("x21") _, out("x22") _, out("x23") _, out("x24") _,
            out("x25") _, out("x26") _, out("x27") _, out("x28") _,
            out("v8") _, out("v9") _, out("v10") _, out("v11") _,
            out("v12") _, out("v13") _, out("v14") _, out("v15") _,
            clobber_abi("C"),
        );
    }
    (answer, suspended, base)
}

/// Goes from the coroutine back to its resumer. Returns, when it is entered again, the argument.
///
/// # Safety
///
/// `base` must be that of a coroutine that is running, and this must be called within it.
#[inline(always)]
pub(crate) unsafe fn leave(base: *mut Base, answer: Word) -> Word {
    let argument;
    // SAFETY: control comes back at the label, by `enter`, with sp, x29 and x19 as they were. Every
    // other register is an operand, or declared destroyed.
    unsafe {
        asm!(
            "adr x9, 2f", // Not a call: the return in there must match the call in `enter`.
            "b {naked}",
            "2:",
            naked = sym leave_naked,
            in("x0") base, // The other side has entered by the same base, so it is unchanged.
            out("x1") _,
            inout("x2") answer => argument,
            out("x20") _, out("x21") _, out("x22") _, out("x23") _, out("x24") _,
            out("x25") _, out("x26") _, out("x27") _, out("x28") _,
            out("v8") _, out("v9") _, out("v10") _, out("v11") _,
            out("v12") _, out("v13") _, out("v14") _, out("v15") _,
            clobber_abi("C"),
        );
    }
    argument
}

/// In: x0 = base, x1 = the coroutine's stack pointer, x2 = argument, x30 = return address.
#[unsafe(naked)]
unsafe extern "C" fn enter_naked() {
    naked_asm!(
        "stp x29, x30, [sp, #-64]!", // Save the resumer's registers on its stack …
        "str x19, [sp, #16]",
        "ldp x10, x11, [x18]", // … with what Windows believes about that stack …
        "ldr x12, [x18, #0x10]",
        "ldr x13, [x18, #0x1478]",
        "stp x10, x11, [sp, #32]",
        "stp x12, x13, [sp, #48]",
        "mov x9, sp",
        "str x9, [x0]", // … and note in base.parent where they are.
        "mov sp, x1",   // Here we change over.
        "ldp x10, x11, [sp, #32]",
        "ldp x12, x13, [sp, #48]",
        "stp x10, x11, [x18]",
        "str x12, [x18, #0x10]",
        "str x13, [x18, #0x1478]",
        "ldr x19, [sp, #16]",
        "ldp x29, x9, [sp], #64", // x9 = where the coroutine goes on.
        "br x9", // A jump: the latest call is ours, and its return address is for `leave`.
    )
}

/// In: x0 = base, x2 = answer, x9 = where to go on when entered again.
/// Out, at the resumer: x1 = the coroutine's stack pointer, x2 = answer.
#[unsafe(naked)]
unsafe extern "C" fn leave_naked() {
    naked_asm!(
        "stp x29, x9, [sp, #-64]!", // Save the coroutine's registers on its stack …
        "str x19, [sp, #16]",
        "ldp x10, x11, [x18]",
        "ldr x12, [x18, #0x10]",
        "ldr x13, [x18, #0x1478]",
        "stp x10, x11, [sp, #32]",
        "stp x12, x13, [sp, #48]",
        "mov x1, sp",   // … and tell the resumer where they are.
        "ldr x9, [x0]", // base.parent
        "mov sp, x9",   // Here we change over.
        "ldp x10, x11, [sp, #32]",
        "ldp x12, x13, [sp, #48]",
        "stp x10, x11, [x18]",
        "str x12, [x18, #0x10]",
        "str x13, [x18, #0x1478]",
        "ldr x19, [sp, #16]",
        "ldp x29, x30, [sp], #64",
        "ret", // To behind the call in `enter`.
    )
}

/// The first frame of every coroutine. x29 and x19 come from the registers that `prepare` laid out.
#[unsafe(naked)]
unsafe extern "C" fn trampoline() {
    naked_asm!(
        ".seh_proc {trampoline}",
        "stp xzr, xzr, [sp, #-16]!", // A walk of the stack takes these for our caller's x29 and
        ".seh_save_fplr_x 16",       // x30, and ends at a return address of 0.
        ".seh_endprologue",
        "mov x0, x29", // entry(base, argument) …
        "mov x1, x2",
        "blr x19",
        "mov x2, x0", // … returns the answer. Leave for good: nothing to save …
        "mov x0, x29",
        "mov x1, #0",    // … and no stack pointer to come back by.
        "ldr x9, [x29]", // base.parent
        "mov sp, x9",    // Here we change over.
        "ldp x10, x11, [sp, #32]",
        "ldp x12, x13, [sp, #48]",
        "stp x10, x11, [x18]",
        "str x12, [x18, #0x10]",
        "str x13, [x18, #0x1478]",
        "ldr x19, [sp, #16]",
        "ldp x29, x30, [sp], #64",
        "ret",
        ".seh_endproc",
        trampoline = sym trampoline,
    )
}

/// Lays out the registers of a stack that nobody has run on, below `top`.
///
/// # Safety
///
/// `top` must be a multiple of 16, with room for the frame below it; `base` must stay valid for as
/// long as the stack is used.
#[inline]
pub(crate) unsafe fn prepare(
    top: *mut u8,
    base: *mut Base,
    entry: Entry,
    stack: &Stack,
) -> StackPointer {
    debug_assert!(top.addr().is_multiple_of(16), "the machine aligns sp");
    let bounds = stack.bounds();
    let frame = [
        base.expose_provenance(),
        trampoline as *const () as usize,
        entry as usize,
        0,
        usize::MAX, // -1
        bounds.top.expose_provenance(),
        bounds.limit.expose_provenance(),
        bounds.slot.expose_provenance(),
    ];
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<[usize; 8]>().sub(1);
        sp.write(frame);
        sp.cast()
    }
}
