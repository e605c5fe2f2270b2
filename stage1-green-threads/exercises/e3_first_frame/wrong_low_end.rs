//! Caught by: the_frame_lies_at_the_end_that_a_stack_grows_from
//!
//! A pointer to a stack is a pointer to its memory, and that points at the lowest byte. But a stack grows down: the first
//! call writes below the memory: into a guard page if there is one, and else into whatever lies there.

use std::arch::naked_asm;

/// A function that a stack can begin with. (`sysv64` is x86-64's convention everywhere but on Windows; that
/// one would want four more words.)
#[cfg(target_arch = "x86_64")]
type Entry = extern "sysv64" fn();
#[cfg(target_arch = "aarch64")]
type Entry = extern "C" fn();

/// Saves the registers on this stack, notes in `*save` where that is, takes `to` for the stack, loads the same
/// registers from there, and returns.
///
/// # Safety
///
/// `to` must come from `lay_out`, or have been noted by an earlier `switch`.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
#[unsafe(naked)]
unsafe extern "sysv64" fn switch(save: *mut *mut usize, to: *mut usize) {
    naked_asm!(
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp",
        "ret", // pops the return address, and goes there
    )
}

/// How many words `switch` loads, and in which of them it looks for the address to return to.
#[cfg(target_arch = "x86_64")]
const WORDS: usize = 7;
#[cfg(target_arch = "x86_64")]
const RETURN_ADDRESS: usize = 6;

/// As for x86-64. The return address travels in x30, as the other registers do.
///
/// # Safety
///
/// `to` must come from `lay_out`, or have been noted by an earlier `switch`.
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
        "ldp x21, x22, [sp, #32]", "ldp x19, x20, [sp, #16]", "ldp x29, x30, [sp], #160",
        "ret", // to the address in x30
    )
}

/// How many words `switch` loads, and in which of them it looks for the address to return to.
#[cfg(target_arch = "aarch64")]
const WORDS: usize = 20;
#[cfg(target_arch = "aarch64")]
const RETURN_ADDRESS: usize = 1;

/// Lays `stack` out so that a `switch` to what this returns calls `entry`.
fn lay_out(stack: &mut [u8], entry: Entry) -> *mut usize {
    let start = stack.as_mut_ptr();
    let bottom = start.map_addr(|address| (address + 15) & !15);
    // At the entry, x86-64 wants to be 8 off a multiple of 16: WORDS is odd there, and even on aarch64.
    let sp = bottom.cast::<usize>();
    // SAFETY: the frame lies within `stack`, which is large enough, and `sp` is a multiple of 8.
    unsafe {
        sp.write_bytes(0, WORDS);
        sp.add(RETURN_ADDRESS).write(entry as *const () as usize);
    }
    sp
}

#[cfg(test)]
mod check;
