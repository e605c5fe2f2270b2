//! x86-64 as Linux, macOS and the BSDs call.
//!
//! The registers of the three operations: rdi = base, rsi = the coroutine's stack pointer, rdx = the
//! argument or answer. rbp and rbx are saved here, since the compiler keeps them for itself and lets no
//! assembly declare them destroyed; all others are declared.
//!
//! ```text
//!          suspended, or waiting in enter          new
//!          ┌────────────────────┐                  ┌────────────────────┐
//!     +24  │ caller's frame     │             +24  │ closure, Base      │ (a multiple of 16)
//!     +16  │ return address     │             +16  │ trampoline + 1     │
//!      +8  │ rbp                │              +8  │ rbp = base         │
//!      +0  │ rbx                │◄─ sp         +0  │ rbx = entry        │◄─ sp
//!          └────────────────────┘                  └────────────────────┘
//! ```
//!
//! The lines that begin with `.cfi` are for whoever walks the stack: a debugger, a backtrace, a
//! profiler. They say, at each instruction, where the frame ends (its CFA, "canonical frame address":
//! what rsp was before the call) and where the caller's registers are.

use std::arch::{asm, naked_asm};

use super::{Base, Entry, StackPointer};
use crate::stack::Bounds;

/// Goes from the resumer to the coroutine. Returns, when the coroutine leaves, its answer and the
/// stack pointer to enter it by next time (null if it has left for good).
///
/// # Safety
///
/// `coroutine` must come from `prepare` or the latest `enter` of the same stack, which belongs to this
/// OS thread and whose `Base` is `base`. What `argument` means is between the two sides.
#[inline(always)]
pub(crate) unsafe fn enter(
    base: *mut Base,
    coroutine: StackPointer,
    argument: usize,
) -> (usize, StackPointer) {
    let (answer, suspended);
    // SAFETY: control comes back behind the call, by `leave` or from the trampoline, with rsp, rbp and
    // rbx as they were. Every other register is an operand, or declared destroyed.
    unsafe {
        asm!(
            "call {naked}",
            naked = sym enter_naked,
            in("rdi") base, // still the same when control comes back: the other side has used it too
            inout("rsi") coroutine => suspended,
            inout("rdx") argument => answer,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            clobber_abi("sysv64"),
        );
    }
    (answer, suspended)
}

/// Goes from the coroutine back to its resumer. Returns, when it is entered again, the argument.
///
/// # Safety
///
/// `base` must be that of a coroutine that is running, and this must be called within it.
#[inline(always)]
pub(crate) unsafe fn leave(base: *mut Base, answer: usize) -> usize {
    let argument;
    // SAFETY: control comes back at the label, by `enter`, with rsp, rbp and rbx as they were. Every
    // other register is an operand, or declared destroyed.
    unsafe {
        asm!(
            "lea rcx, [rip + 2f]", // Not a call: the return in there must match the call in `enter`.
            "jmp {naked}",
            "2:",
            naked = sym leave_naked,
            in("rdi") base, // still the same when control comes back: the other side has used it too
            out("rsi") _,
            inout("rdx") answer => argument,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            clobber_abi("sysv64"),
        );
    }
    argument
}

// region: enter
/// In: rdi = base, rsi = the coroutine's stack pointer, rdx = argument.
#[unsafe(naked)]
unsafe extern "sysv64" fn enter_naked() {
    naked_asm!(
        ".cfi_startproc", // CFA = rsp + 8: the call has pushed the return address.
        "push rbp",       // Save the resumer's registers on its stack …
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbp, 0",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbx, 0",
        "mov [rdi], rsp", // … and note in base.parent where they are.
        "mov rsp, rsi",   // Here we change over. What lies there has the same form, so that
        "pop rbx",        // what .cfi has said of this frame is true of that one.
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        "pop rcx", // Where the coroutine goes on. A jump: the latest call is ours, and
        ".cfi_adjust_cfa_offset -8",
        ".cfi_register rip, rcx",
        "jmp rcx", // its return address is for `leave`.
        ".cfi_endproc",
    )
}
// endregion: enter

// region: leave
/// In: rdi = base, rdx = answer, rcx = where to go on when entered again.
/// Out, at the resumer: rsi = the coroutine's stack pointer, rdx = answer.
#[unsafe(naked)]
unsafe extern "sysv64" fn leave_naked() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_def_cfa_offset 0", // We were jumped to: there is no return address on the stack yet.
        ".cfi_register rip, rcx",
        "push rcx", // Save the coroutine's registers on its stack …
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rip, 0",
        "push rbp",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbp, 0",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbx, 0",
        "mov rsi, rsp",   // … and tell the resumer where they are.
        "mov rsp, [rdi]", // Here we change over, to base.parent.
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        "ret", // To behind the call in `enter`.
        ".cfi_endproc",
    )
}
// endregion: leave

// region: trampoline
/// The first frame of every coroutine. rbp and rbx come from the registers that `prepare` laid out.
///
/// Its frame does not end on this stack, but where the resumer's registers are, which `Base::parent`
/// (at offset 0 of what rbp points at) says. So a walk that arrives here goes on in the resumer, as if
/// the trampoline had been called from there.
#[unsafe(naked)]
unsafe extern "sysv64" fn trampoline() {
    naked_asm!(
        ".cfi_startproc",
        // A stack that nobody has entered ends here. Its return address is the second instruction,
        // and a walk looks a return address up one byte before it: at this one.
        ".cfi_undefined rip",
        "nop",
        // CFA = *(rbp + 0) + 24. In bytes: DW_CFA_def_cfa_expression of 5 bytes,
        // DW_OP_breg6 (rbp) 0, DW_OP_deref, DW_OP_plus_uconst 24.
        ".cfi_escape 0x0f, 5, 0x76, 0, 0x06, 0x23, 24",
        ".cfi_offset rip, -8", // Where `enter` has put what the resumer needs.
        ".cfi_offset rbp, -16",
        ".cfi_offset rbx, -24",
        "mov rdi, rbp", // entry(base, argument) …
        "mov rsi, rdx",
        "call rbx",
        "mov rdx, rax", // … returns the answer. Leave for good: nothing to save …
        "mov rdi, rbp",
        "xor esi, esi",   // … and no stack pointer to come back by.
        "mov rsp, [rbp]", // Here we change over, to base.parent.
        ".cfi_def_cfa rsp, 24",
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        "ret",
        ".cfi_endproc",
    )
}
// endregion: trampoline

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
    _bounds: &Bounds,
) -> StackPointer {
    debug_assert!(top.addr().is_multiple_of(16), "the ABI aligns rsp at calls");
    let second_instruction = trampoline as *const () as usize + 1;
    let frame = [entry as usize, base.expose_provenance(), second_instruction];
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<[usize; 3]>().sub(1);
        sp.write(frame);
        sp.cast()
    }
}
