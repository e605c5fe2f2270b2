//! Exercise 1.4: what it takes to leave one stack for another. The task is in README.md.

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
        // starter| // What is to be saved on this stack?
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        // starter end
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        // starter| // And what is to be loaded from the other one?
        "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp",
        // starter end
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
        // starter| // The return address is saved already; room and all the rest are missing.
        // starter| "stp x29, x30, [sp, #-16]!",
        "stp x29, x30, [sp, #-160]!", "stp x19, x20, [sp, #16]", "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]", "stp x25, x26, [sp, #64]", "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]", "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]", "stp d14, d15, [sp, #144]",
        // starter end
        "mov x9, sp", "str x9, [x0]", // *save = this stack
        "mov sp, x1",                 // the other stack
        // starter| // And here all of it is to be loaded.
        // starter| "ldp x29, x30, [sp], #16",
        "ldp d14, d15, [sp, #144]", "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]", "ldp d8, d9, [sp, #96]",
        "ldp x27, x28, [sp, #80]", "ldp x25, x26, [sp, #64]", "ldp x23, x24, [sp, #48]",
        "ldp x21, x22, [sp, #32]", "ldp x19, x20, [sp, #16]", "ldp x29, x30, [sp], #160",
        // starter end
        "ret", // to the address in x30
    )
}

#[cfg(test)]
mod check;
