//! x86-64 as Windows calls.
//!
//! The registers of the three operations: rdi = base, rsi = the coroutine's stack pointer, rdx = the
//! argument or answer. rbp and rbx are saved here, since the compiler keeps them for itself and lets no
//! assembly declare them destroyed; all others are declared. Beyond those of the System V ABI, a call on
//! Windows must preserve rdi, rsi, and xmm6–xmm15.
//!
//! **The thread's block.** Windows keeps in a block of each OS thread (the TIB, at gs:0) what it believes about
//! the stack, and looks: by it an overflow is told from any other fault, an exception handler is only searched
//! between limit and base, and the guard page that lets a stack grow is only honoured within. So four fields
//! belong to a stack as registers do, and are exchanged with them:
//!
//! | field | what |
//! |---|---|
//! | gs:[0x00] | the list of exception handlers, unused on x86-64; -1 is its end |
//! | gs:[0x08] | the stack's base: one past its highest byte |
//! | gs:[0x10] | its limit: the lowest byte that can be touched. It moves down as the stack grows |
//! | gs:[0x1478] | the lowest byte that belongs to it, its "deallocation stack" |
//!
//! ```text
//!          suspended, or waiting in enter          new
//!          ┌────────────────────┐                  ┌────────────────────┐
//!     +56  │ caller's frame     │             +56  │ closure, Base      │ (a multiple of 16)
//!     +48  │ return address     │             +48  │ trampoline         │
//!     +40  │ rbp                │             +40  │ rbp = base         │
//!     +32  │ rbx                │             +32  │ rbx = entry        │
//!     +24  │ gs:[0x00]          │             +24  │ -1                 │
//!     +16  │ gs:[0x08]          │             +16  │ top                │
//!      +8  │ gs:[0x10]          │              +8  │ limit              │
//!      +0  │ gs:[0x1478]        │◄─ sp         +0  │ slot               │◄─ sp
//!          └────────────────────┘                  └────────────────────┘
//! ```
//!
//! Windows walks stacks by tables of its own, not by `.cfi`, and they cannot say "the caller is on another
//! stack". So here a walk ends at the trampoline. A
//! function without an entry counts as a leaf, whose return address is at rsp, and there it finds 0.

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
    // SAFETY: control comes back behind the call, by `leave` or from the trampoline, with rsp, rbp and
    // rbx as they were. Every other register is an operand, or declared destroyed.
    unsafe {
        asm!(
            "call {naked}",
            naked = sym enter_naked,
            inout("rdi") base, // The other side has left by the same base, so it is unchanged.
            inout("rsi") coroutine => suspended,
            inout("rdx") argument => answer,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            out("xmm6") _, out("xmm7") _, out("xmm8") _, out("xmm9") _, out("xmm10") _,
            out("xmm11") _, out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            clobber_abi("win64"),
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
    // SAFETY: control comes back at the label, by `enter`, with rsp, rbp and rbx as they were. Every
    // other register is an operand, or declared destroyed.
    unsafe {
        asm!(
            "lea rcx, [rip + 2f]", // Not a call: the return in there must match the call in `enter`.
            "jmp {naked}",
            "2:",
            naked = sym leave_naked,
            in("rdi") base, // The other side has entered by the same base, so it is unchanged.
            out("rsi") _,
            inout("rdx") answer => argument,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            out("xmm6") _, out("xmm7") _, out("xmm8") _, out("xmm9") _, out("xmm10") _,
            out("xmm11") _, out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            clobber_abi("win64"),
        );
    }
    argument
}

/// In: rdi = base, rsi = the coroutine's stack pointer, rdx = argument.
#[unsafe(naked)]
unsafe extern "win64" fn enter_naked() {
    naked_asm!(
        "push rbp", // Save the resumer's registers on its stack …
        "push rbx",
        "push qword ptr gs:[0x00]", // … with what Windows believes about that stack …
        "push qword ptr gs:[0x08]",
        "push qword ptr gs:[0x10]",
        "push qword ptr gs:[0x1478]",
        "mov [rdi], rsp", // … and note in base.parent where they are.
        "mov rsp, rsi",   // Here we change over.
        "pop qword ptr gs:[0x1478]",
        "pop qword ptr gs:[0x10]",
        "pop qword ptr gs:[0x08]",
        "pop qword ptr gs:[0x00]",
        "pop rbx",
        "pop rbp",
        "pop rcx", // Where the coroutine goes on. A jump: the latest call is ours, and
        "jmp rcx", // its return address is for `leave`.
    )
}

/// In: rdi = base, rdx = answer, rcx = where to go on when entered again.
/// Out, at the resumer: rsi = the coroutine's stack pointer, rdx = answer.
#[unsafe(naked)]
unsafe extern "win64" fn leave_naked() {
    naked_asm!(
        "push rcx", // Save the coroutine's registers on its stack …
        "push rbp",
        "push rbx",
        "push qword ptr gs:[0x00]",
        "push qword ptr gs:[0x08]",
        "push qword ptr gs:[0x10]",
        "push qword ptr gs:[0x1478]",
        "mov rsi, rsp",   // … and tell the resumer where they are.
        "mov rsp, [rdi]", // Here we change over, to base.parent.
        "pop qword ptr gs:[0x1478]",
        "pop qword ptr gs:[0x10]",
        "pop qword ptr gs:[0x08]",
        "pop qword ptr gs:[0x00]",
        "pop rbx",
        "pop rbp",
        "ret", // To behind the call in `enter`.
    )
}

/// The first frame of every coroutine. rbp and rbx come from the registers that `prepare` laid out.
#[unsafe(naked)]
unsafe extern "win64" fn trampoline() {
    naked_asm!(
        "push 0", // What a caller owes on Windows: room for four arguments. It is zero, as a
        "push 0", // walk of the stack takes the first for our return address, and ends there.
        "push 0",
        "push 0",
        "mov rcx, rbp", // entry(base, argument), of which rdx holds the second already, …
        "call rbx",
        "mov rdx, rax", // … returns the answer. Leave for good: nothing to save …
        "mov rdi, rbp",
        "xor esi, esi",   // … and no stack pointer to come back by.
        "mov rsp, [rbp]", // Here we change over, to base.parent.
        "pop qword ptr gs:[0x1478]",
        "pop qword ptr gs:[0x10]",
        "pop qword ptr gs:[0x08]",
        "pop qword ptr gs:[0x00]",
        "pop rbx",
        "pop rbp",
        "ret",
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
    debug_assert!(top.addr().is_multiple_of(16), "the ABI aligns rsp at calls");
    let bounds = stack.bounds();
    let frame = [
        bounds.slot.expose_provenance(),
        bounds.limit.expose_provenance(),
        bounds.top.expose_provenance(),
        usize::MAX, // -1
        entry as usize,
        base.expose_provenance(),
        trampoline as *const () as usize,
    ];
    // SAFETY: the caller promises room below `top`.
    unsafe {
        let sp = top.cast::<[usize; 7]>().sub(1);
        sp.write(frame);
        sp.cast()
    }
}
