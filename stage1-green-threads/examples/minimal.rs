//! The one idea of this stage, complete: a task is a stack you can leave and come back to.
//!
//! Nothing of the library is used, and nothing of the operating system but memory. What is missing is what the
//! library adds: guard pages, panics, unwinding, reuse of stacks, other machines.
//!
//! `cargo run -p stage1-green-threads --example minimal`

use std::arch::naked_asm;

// region: switch
/// Saves the registers that a call must preserve on this stack, notes where it is in `*save`, and takes
/// `to` for the stack. From there it loads the same registers and returns: to where that stack
/// had called `switch`.
///
/// (`sysv64` says which registers a call must preserve, also where the system's own rule is another.)
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
#[unsafe(naked)]
unsafe extern "sysv64" fn switch(save: *mut *mut usize, to: *mut usize) {
    naked_asm!(
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        "mov [rdi], rsp", // *save = this stack
        "mov rsp, rsi",   // the other stack
        "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp",
        "ret", // to the return address on the other stack
    )
}
// endregion: switch

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
        "ret", // to the return address on the other stack
    )
}

/// How many words `switch` saves, and which of them it returns to.
#[cfg(target_arch = "x86_64")]
const FRAME: (usize, usize) = (7, 6);
#[cfg(target_arch = "aarch64")]
const FRAME: (usize, usize) = (20, 1);

// region: two-sides
/// Where the two sides of the switch are, while they are not running.
struct Sides {
    main: *mut usize,
    task: *mut usize,
    done: bool,
}

static mut SIDES: Sides = Sides {
    main: std::ptr::null_mut(),
    task: std::ptr::null_mut(),
    done: false,
};

/// Goes to the task, until it yields.
fn resume() {
    // SAFETY: one thread, and whoever changes `SIDES` is not in the middle of anything else.
    unsafe { switch(&raw mut SIDES.main, SIDES.task) }
}

/// Goes back to whoever has resumed the task.
fn yield_now() {
    // SAFETY: as above; `main` was noted by the `resume` that has brought us here.
    unsafe { switch(&raw mut SIDES.task, SIDES.main) }
}
// endregion: two-sides

// region: new-stack
/// Lays a stack out as if `entry` had been about to be returned to by `switch`.
fn lay_out(stack: &mut [u128], entry: extern "C" fn()) -> *mut usize {
    let (words, return_address) = FRAME;
    let top = stack.as_mut_ptr_range().end.cast::<usize>(); // a multiple of 16
    // SAFETY: the frame and the words above it lie within the slice.
    unsafe {
        // A function expects the stack as a call leaves it. On x86-64 that is 8 off a multiple of 16,
        // and on Windows there is room for four words above the return address.
        let above = if cfg!(target_arch = "x86_64") { 5 } else { 0 };
        let sp = top.sub(words + above);
        sp.write_bytes(0, words + above);
        sp.add(return_address).write(entry as *const () as usize);
        sp
    }
}
// endregion: new-stack

extern "C" fn task() {
    for number in 1..=3 {
        println!("    task: {number}");
        yield_now();
    }
    // SAFETY: as in `resume`.
    unsafe { SIDES.done = true };
    yield_now();
    unreachable!("nobody resumes a task that is done");
}

/// Resumes the task until it is done, and returns how often that was.
fn run() -> u32 {
    let mut stack = vec![0_u128; 4096]; // 64 KiB
    // SAFETY: as in `resume`.
    unsafe { SIDES.task = lay_out(&mut stack, task) };
    for resumed in 1.. {
        resume();
        // SAFETY: as in `resume`.
        if unsafe { SIDES.done } {
            return resumed;
        }
        println!("main: the task has left its stack, and its loop will go on");
    }
    unreachable!("the task ends")
}

fn main() {
    println!("main: done, after {} visits to the task's stack", run());
}

#[test]
fn the_task_is_left_and_come_back_to() {
    assert_eq!(run(), 4);
}
