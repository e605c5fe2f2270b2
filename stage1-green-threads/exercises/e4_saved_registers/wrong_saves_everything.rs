//! Caught by: nothing_is_saved_that_a_call_may_destroy
//!
//! "To be safe, all of them." It works, and it is what an interrupt must do, which comes unexpected. A switch is a call: the
//! compiler knows about it, and has saved what it needs of the others.

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
        "push rax", "push rcx", "push rdx", "push rsi", "push rdi",
        "push r8", "push r9", "push r10", "push r11",
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp",
        "pop r11", "pop r10", "pop r9", "pop r8",
        "pop rdi", "pop rsi", "pop rdx", "pop rcx", "pop rax",
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
        "stp x9, x10, [sp, #-16]!", "stp x11, x12, [sp, #-16]!", "stp x13, x14, [sp, #-16]!",
        "stp x29, x30, [sp, #-160]!", "stp x19, x20, [sp, #16]", "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]", "stp x25, x26, [sp, #64]", "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]", "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]", "stp d14, d15, [sp, #144]",
        "mov x9, sp", "str x9, [x0]", // *save = this stack
        "mov sp, x1",                 // the other stack
        "ldp d14, d15, [sp, #144]", "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]", "ldp d8, d9, [sp, #96]",
        "ldp x27, x28, [sp, #80]", "ldp x25, x26, [sp, #64]", "ldp x23, x24, [sp, #48]",
        "ldp x21, x22, [sp, #32]", "ldp x19, x20, [sp, #16]", "ldp x29, x30, [sp], #160",
        "ldp x13, x14, [sp], #16", "ldp x11, x12, [sp], #16", "ldp x9, x10, [sp], #16",
        "ret", // to the address in x30
    )
}

#[cfg(test)]
mod check;
