//! aarch64, as every operating system but Windows calls.
//!
//! The registers of the three operations: x0 = base, x1 = the coroutine's stack pointer, x2 = the argument
//! or answer. x29 and x19 are saved here, since the compiler keeps them for itself and lets no assembly declare
//! them destroyed, and x30 with them, as it says where to go on; all others are declared. Among those are
//! d8–d15: of the vector registers v8–v15 a call must preserve the lower halves, which is easily forgotten,
//! as only floating-point code notices.
//!
//! ```text
//!          suspended, or waiting in enter          new
//!          ┌────────────────────┐                  ┌────────────────────┐
//!     +32  │ caller's frame     │             +32  │ closure, Base      │ (a multiple of 16)
//!     +24  │ (unused)           │             +24  │ (unused)           │
//!     +16  │ x19                │             +16  │ x19 = entry        │
//!      +8  │ return address     │              +8  │ trampoline + 4     │
//!      +0  │ x29                │◄─ sp         +0  │ x29 = base         │◄─ sp
//!          └────────────────────┘                  └────────────────────┘
//! ```
//!
//! The lines that begin with `.cfi` are for whoever walks the stack: a debugger, a backtrace, a
//! profiler. They say, at each instruction, where the frame ends (its CFA, "canonical frame address":
//! what sp was before the call) and where the caller's registers are.

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
        ".cfi_startproc",            // CFA = sp, and the return address is in x30.
        "stp x29, x30, [sp, #-32]!", // Save the resumer's registers on its stack …
        ".cfi_adjust_cfa_offset 32",
        ".cfi_rel_offset x29, 0",
        ".cfi_rel_offset x30, 8",
        "str x19, [sp, #16]",
        ".cfi_rel_offset x19, 16",
        "mov x9, sp",
        "str x9, [x0]",       // … and note in base.parent where they are.
        "mov sp, x1", // Here we change over. What lies there has the same form, so that what
        "ldr x19, [sp, #16]", // .cfi has said of this frame is true of that one.
        ".cfi_restore x19",
        "ldp x29, x9, [sp], #32", // x9 = where the coroutine goes on.
        ".cfi_adjust_cfa_offset -32",
        ".cfi_restore x29",
        ".cfi_register x30, x9",
        "br x9", // A jump: the latest call is ours, and its return address is for `leave`.
        ".cfi_endproc",
    )
}

/// In: x0 = base, x2 = answer, x9 = where to go on when entered again.
/// Out, at the resumer: x1 = the coroutine's stack pointer, x2 = answer.
#[unsafe(naked)]
unsafe extern "C" fn leave_naked() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_register x30, x9",
        "stp x29, x9, [sp, #-32]!", // Save the coroutine's registers on its stack …
        ".cfi_adjust_cfa_offset 32",
        ".cfi_rel_offset x29, 0",
        ".cfi_rel_offset x30, 8",
        "str x19, [sp, #16]",
        ".cfi_rel_offset x19, 16",
        "mov x1, sp",   // … and tell the resumer where they are.
        "ldr x9, [x0]", // base.parent
        "mov sp, x9",   // Here we change over.
        "ldr x19, [sp, #16]",
        ".cfi_restore x19",
        "ldp x29, x30, [sp], #32",
        ".cfi_adjust_cfa_offset -32",
        ".cfi_restore x29",
        ".cfi_restore x30",
        "ret", // To behind the call in `enter`.
        ".cfi_endproc",
    )
}

/// The first frame of every coroutine. x29 and x19 come from the registers that `prepare` laid out.
///
/// Its frame does not end on this stack, but where the resumer's registers are, which `Base::parent`
/// (at offset 0 of what x29 points at) says. So a walk that arrives here goes on in the resumer, as if
/// the trampoline had been called from there. `Base` begins as a frame record would, with the address of
/// the next one: whoever follows frame pointers instead arrives in the resumer too.
#[unsafe(naked)]
unsafe extern "C" fn trampoline() {
    naked_asm!(
        ".cfi_startproc",
        // A stack that nobody has entered ends here. Its return address is the second instruction,
        // and a walk looks a return address up one byte before it: at this one.
        ".cfi_undefined x30",
        "nop",
        // CFA = *(x29 + 0) + 32. In bytes: DW_CFA_def_cfa_expression of 5 bytes,
        // DW_OP_breg29 (x29) 0, DW_OP_deref, DW_OP_plus_uconst 32.
        ".cfi_escape 0x0f, 5, 0x8d, 0, 0x06, 0x23, 32",
        ".cfi_offset x29, -32", // Where `enter` has put what the resumer needs.
        ".cfi_offset x30, -24",
        ".cfi_offset x19, -16",
        "mov x0, x29", // entry(base, argument) …
        "mov x1, x2",
        "blr x19",
        "mov x2, x0", // … returns the answer. Leave for good: nothing to save …
        "mov x0, x29",
        "mov x1, #0",    // … and no stack pointer to come back by.
        "ldr x9, [x29]", // base.parent
        "mov sp, x9",    // Here we change over.
        ".cfi_def_cfa sp, 32",
        "ldr x19, [sp, #16]",
        ".cfi_restore x19",
        "ldp x29, x30, [sp], #32",
        ".cfi_adjust_cfa_offset -32",
        ".cfi_restore x29",
        ".cfi_restore x30",
        "ret",
        ".cfi_endproc",
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
    _stack: &Stack,
) -> StackPointer {
    debug_assert!(top.addr().is_multiple_of(16), "the machine aligns sp");
    let second_instruction = trampoline as *const () as usize + 4;
    let frame = [
        base.expose_provenance(),
        second_instruction,
        entry as usize,
        0,
    ];
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<[usize; 4]>().sub(1);
        sp.write(frame);
        sp.cast()
    }
}
