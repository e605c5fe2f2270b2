//! x86-64 as Linux, macOS and the BSDs call: arguments in rdi, rsi, rdx; result in rax.
//!
//! A call must preserve rsp, rbp, rbx, r12–r15. Everything else the compiler has saved around the
//! call to `switch`, if it still needs it. (For MXCSR and the x87 control word see the module above.)
//!
//! ```text
//!        suspended in switch                 new, never run
//!      ┌────────────────────┐            ┌────────────────────┐
//!  +56 │ caller's frame     │        +56 │ closure, Base      │ (a multiple of 16)
//!  +48 │ return address     │        +48 │ trampoline, 2nd instruction
//!  +40 │ rbp                │        +40 │ rbp = base         │
//!  +32 │ rbx                │        +32 │ rbx = entry        │
//!  +24 │ r12                │        +24 │ 0                  │
//!  +16 │ r13                │        +16 │ 0                  │
//!   +8 │ r14                │         +8 │ 0                  │
//!   +0 │ r15                │◄─ sp    +0 │ 0                  │◄─ sp
//!      └────────────────────┘            └────────────────────┘
//! ```
//!
//! The lines that begin with `.cfi` are for whoever walks the stack: a debugger, a backtrace, a
//! profiler. They say at each instruction where the frame's end (its CFA, "canonical frame address":
//! what rsp was before the call) and the caller's registers are.

use std::arch::naked_asm;

use super::{Base, Entry, StackPointer};
use crate::stack::Bounds;

/// Leaves this stack for the one whose registers lie at `to`; see the module's description.
///
/// # Safety
///
/// `to` must have been stored by `switch`, or returned by `prepare`, and not been switched to since;
/// its stack must still be there. Both stacks must belong to this OS thread. `save` must be valid for
/// a write. What `argument` means is between the two callers.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn switch(
    save: *mut StackPointer,
    to: StackPointer,
    argument: usize,
) -> usize {
    naked_asm!(
        ".cfi_startproc",
        // The frame of a call begins with its return address: CFA = rsp + 8.
        "push rbp", // Six registers that our caller expects to find unchanged …
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbp, 0",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbx, 0",
        "push r12",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r12, 0",
        "push r13",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r13, 0",
        "push r14",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r14, 0",
        "push r15", // … are now on its stack.
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r15, 0",
        "mov [rdi], rsp", // *save = this stack: from here on it can be resumed.
        "mov rsp, rsi",   // The other stack. Its frame has the same form: the rules above hold on.
        "mov rax, rdx",   // What the call over there returns.
        "pop r15",        // The registers of whoever called switch over there.
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r15",
        "pop r14",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r14",
        "pop r13",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r13",
        "pop r12",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r12",
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        // Return, but not by `ret`: the processor predicts a `ret` to go back to the matching `call`,
        // which was on the stack that we left. That guess would be wrong every time, and cost more
        // than all of the above. An indirect jump is predicted by where it last went.
        "pop rcx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_register rip, rcx",
        "jmp rcx",
        ".cfi_endproc",
    )
}

/// The first frame of every coroutine. rbp and rbx come from the registers that `prepare` laid out.
///
/// Its frame's end is not on this stack: it is where the resumer's registers are, which
/// `Base::parent` (at offset 0 of what rbp points at) says. So a walk that arrives here goes on in
/// the resumer's call to `switch`, as if the trampoline had been called from there.
#[unsafe(naked)]
unsafe extern "C" fn trampoline() {
    naked_asm!(
        ".cfi_startproc",
        // A stack that nobody has entered ends here. Its return address is the second instruction,
        // and a walk looks a return address up one byte before it: at this one.
        ".cfi_undefined rip",
        "nop",
        // CFA = *(rbp + 0) + 56: DW_CFA_def_cfa_expression, of 5 bytes:
        // DW_OP_breg6 (rbp) 0, DW_OP_deref, DW_OP_plus_uconst 56.
        ".cfi_escape 0x0f, 5, 0x76, 0, 0x06, 0x23, 56",
        ".cfi_offset rip, -8", // Where switch has put what the resumer needs.
        ".cfi_offset rbp, -16",
        ".cfi_offset rbx, -24",
        ".cfi_offset r12, -32",
        ".cfi_offset r13, -40",
        ".cfi_offset r14, -48",
        ".cfi_offset r15, -56",
        "mov rdi, rbp", // entry(base, argument): switch has left the argument in rax.
        "mov rsi, rax",
        "call rbx",
        "ud2", // entry never returns.
        ".cfi_endproc",
    )
}

/// Lays out the registers of a stack that nobody has run on, below `top`.
///
/// # Safety
///
/// `top` must be a multiple of 16, with room for the frame below it; `base` must stay valid for as
/// long as the stack is used.
pub(crate) unsafe fn prepare(
    top: *mut u8,
    base: *mut Base,
    entry: Entry,
    _bounds: &Bounds,
) -> StackPointer {
    debug_assert!(top.addr().is_multiple_of(16), "the ABI aligns rsp at calls");
    let second_instruction = trampoline as *const () as usize + 1;
    let frame = [
        0, // r15
        0, // r14
        0, // r13
        0, // r12
        entry as usize,
        base.expose_provenance(),
        second_instruction,
    ];
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<[usize; 7]>().sub(1);
        sp.write(frame);
        sp.cast()
    }
}
