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
        // What is to be saved on this stack?
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        // And what is to be loaded from the other one?
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
        // The return address is saved already; room and all the rest are missing.
        "stp x29, x30, [sp, #-16]!",
        "mov x9, sp", "str x9, [x0]", // *save = this stack
        "mov sp, x1",                 // the other stack
        // And here all of it is to be loaded.
        "ldp x29, x30, [sp], #16",
        "ret", // to the address in x30
    )
}

#[cfg(test)]
mod check;
