//! x86-64 as Linux, macOS and the BSDs call.
//!
//! The registers of the three operations: rdi = base, rsi = the coroutine's stack pointer, rdx = the
//! argument or answer. rbp and rbx are saved here, since the compiler keeps them for itself and lets no
//! assembly declare them destroyed; all others are declared.
//!
//! ```text
//!          waiting in enter                        suspended               new
//!          ┌────────────────────┐                  ┌────────────────┐      ┌────────────────┐
//!     +24  │ caller's frame     │             +24  │ leave's frame  │ +24  │ closure, Base  │
//!     +16  │ return address     │             +16  │ rbp            │ +16  │ (unused)       │
//!      +8  │ rbp                │              +8  │ rbx            │  +8  │ entry          │
//!      +0  │ rbx                │◄─ parent     +0  │ where to go on │  +0  │ trampoline     │◄─ sp
//!          └────────────────────┘                  └────────────────┘      └────────────────┘
//! ```
//!
//! `leave` saves registers *below* the stack pointer, which stays where the compiler believes it to be.
//! There they are safe: 128 bytes below it belong to whoever runs (the ABI's "red zone", which signal
//! handlers keep clear of), and on a stack that is left nobody runs.
//!
//! The lines that begin with `.cfi` are for whoever walks the stack: a debugger, a backtrace, a
//! profiler. They say, at each instruction, where the frame ends (its CFA, "canonical frame address":
//! what rsp was before the call) and where the caller's registers are. The compiler does so for its own
//! code; it is ours to do where rsp is on another stack than the compiler thinks.

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
// region: enter
#[inline(always)]
pub(crate) unsafe fn enter(
    mut base: *mut Base,
    coroutine: StackPointer,
    argument: Word,
) -> (Word, StackPointer, *mut Base) {
    let (answer, suspended);
    // SAFETY: control comes back behind the call, by `leave` or from the trampoline, with rsp, rbp and
    // rbx as they were. Every other register is an operand, or declared destroyed. Without the option
    // `nostack` the compiler has nothing below rsp.
    unsafe {
        asm!(
            "call [rsi]", // To the label in `leave`, or to the trampoline. They save what is to be saved.
            inout("rdi") base, // still the same when control comes back: the other side has used it too
            inout("rsi") coroutine => suspended,
            inout("rdx") argument => answer,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            clobber_abi("sysv64"),
        );
    }
    (answer, suspended, base)
}
// endregion: enter

/// Goes from the coroutine back to its resumer. Returns, when it is entered again, the argument.
///
/// # Safety
///
/// `base` must be that of a coroutine that is running, and this must be called within it.
// region: leave
#[inline(always)]
pub(crate) unsafe fn leave(base: *mut Base, answer: Word) -> Word {
    let argument;
    // SAFETY: control comes back at the label, by `enter`, and leaves the block with rsp, rbp and rbx as
    // they were. Every other register is an operand, or declared destroyed. Without the option `nostack`
    // the compiler has nothing below rsp.
    unsafe {
        asm!(
            "lea rcx, [rip + 2f]",
            "mov [rsp - 24], rcx", // Save where to go on, and the coroutine's registers …
            "mov [rsp - 16], rbx",
            "mov [rsp - 8], rbp",
            "lea rsi, [rsp - 24]", // … and tell the resumer where they are.
            ".cfi_remember_state",
            "mov rsp, [rdi]", // Here we change over, to base.parent. From here to the next change
            ".cfi_def_cfa rsp, 24", // we are as if just called by `enter`.
            ".cfi_offset rip, -8",
            ".cfi_offset rbp, -16",
            ".cfi_offset rbx, -24",
            "pop rbx",
            ".cfi_adjust_cfa_offset -8",
            ".cfi_same_value rbx",
            "pop rbp",
            ".cfi_adjust_cfa_offset -8",
            ".cfi_same_value rbp",
            "ret", // To behind the call in `enter`.
            ".balign 16", // Nobody runs what fills this up, and a jump to a multiple of 16 is often faster.
            "2:",  // `enter` has called us again: rsi is what we told the resumer.
            "push rbp", // Save the resumer's registers …
            ".cfi_adjust_cfa_offset 8",
            ".cfi_offset rbp, -16",
            "push rbx",
            ".cfi_adjust_cfa_offset 8",
            ".cfi_offset rbx, -24",
            "mov [rdi], rsp", // … and note in base.parent where they are.
            "mov rbx, [rsi + 8]",
            "mov rbp, [rsi + 16]",
            "lea rsp, [rsi + 24]", // Here we change over.
            ".cfi_restore_state",
            in("rdi") base, // still the same when control comes back: the other side has used it too
            out("rsi") _,
            inout("rdx") answer => argument,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            clobber_abi("sysv64"),
        );
    }
    argument
}
// endregion: leave

// region: trampoline
/// The first frame of every coroutine, which `enter` calls on the resumer's stack.
///
/// Its frame does not end on the coroutine's stack, but where the resumer's registers are, which
/// `Base::parent` (at offset 0 of what rbp points at) says. So a walk that arrives here goes on in the
/// resumer, as if the trampoline had been called from there, wherever the resumer is by then.
#[unsafe(naked)]
unsafe extern "sysv64" fn trampoline() {
    naked_asm!(
        ".cfi_startproc", // CFA = rsp + 8: the call has pushed the return address.
        "push rbp",       // Save the resumer's registers …
        ".cfi_adjust_cfa_offset 8",
        ".cfi_offset rbp, -16",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_offset rbx, -24",
        "mov [rdi], rsp", // … and note in base.parent where they are.
        "mov rbp, rdi",   // For as long as the coroutine lives. Now
        // CFA = *(rbp + 0) + 24. In bytes: DW_CFA_def_cfa_expression of 5 bytes,
        // DW_OP_breg6 (rbp) 0, DW_OP_deref, DW_OP_plus_uconst 24.
        ".cfi_escape 0x0f, 5, 0x76, 0, 0x06, 0x23, 24",
        "lea rsp, [rsi + 24]", // Here we change over.
        "mov rax, [rsi + 8]",
        "mov rsi, rdx",
        "call rax",     // entry(base, argument) …
        "mov rdx, rax", // … returns the answer. Leave for good: nothing to save …
        "mov rdi, rbp",
        "xor esi, esi",   // … and no stack pointer to come back by.
        "mov rsp, [rbp]", // Here we change over, to base.parent.
        ".cfi_def_cfa rsp, 24",
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_same_value rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_same_value rbp",
        "ret",
        ".cfi_endproc",
    )
}
// endregion: trampoline

/// Lays out what `enter` expects on a stack that nobody has run on, below `top`.
///
/// # Safety
///
/// `top` must be a multiple of 16, with room for the frame below it; `base` must stay valid for as
/// long as the stack is used.
#[inline]
pub(crate) unsafe fn prepare(
    top: *mut u8,
    _base: *mut Base,
    entry: Entry,
    _stack: &Stack,
) -> StackPointer {
    debug_assert!(top.addr().is_multiple_of(16), "the ABI aligns rsp at calls");
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<usize>().sub(3);
        sp.write(trampoline as *const () as usize);
        sp.add(1).write(entry as usize);
        sp
    }
}
