//! Caught by: every_callee_saved_register_comes_back
//!
//! Everything is saved, and everything is loaded, in the order of the list in the book, both times. But a stack gives
//! back last in, first out. (On aarch64, where the place is written down, it is a pair that is loaded the wrong way round.)

use std::arch::naked_asm;

/// Notes in `*save` where this stack is left, takes `to` for the stack, and returns: to where that stack had called
/// `switch`. In between it saves, and loads, what a call must preserve.
///
/// # Safety
///
/// `to` must have been noted by an earlier `switch`, or lead to a frame that looks like one.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
#[unsafe(naked)]
unsafe extern "sysv64" fn switch(save: *mut *mut usize, to: *mut usize) {
    naked_asm!(
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        "pop rbp", "pop rbx", "pop r12", "pop r13", "pop r14", "pop r15",
        "ret", // pops the return address, and goes there
    )
}

/// As for x86-64, where the return address is on the stack already. Here it is in x30.
///
/// # Safety
///
/// `to` must have been noted by an earlier `switch`, or lead to a frame that looks like one.
#[cfg(target_arch = "aarch64")]
#[rustfmt::skip]
#[unsafe(naked)]
unsafe extern "C" fn switch(save: *mut *mut usize, to: *mut usize) {
    naked_asm!(
        "stp x29, x30, [sp, #-160]!", "stp x19, x20, [sp, #16]", "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]", "stp x25, x26, [sp, #64]", "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]", "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]", "stp d14, d15, [sp, #144]",
        "mov x9, sp", "str x9, [x0]", // *save = this stack
        "mov sp, x1",                 // the other stack
        "ldp d14, d15, [sp, #144]", "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]", "ldp d8, d9, [sp, #96]",
        "ldp x27, x28, [sp, #80]", "ldp x25, x26, [sp, #64]", "ldp x23, x24, [sp, #48]",
        "ldp x21, x22, [sp, #32]", "ldp x20, x19, [sp, #16]", "ldp x29, x30, [sp], #160",
        "ret", // to the address in x30
    )
}

#[cfg(test)]
mod check;
