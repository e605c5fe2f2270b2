//! One call of `switch` there, and one back, from a caller that has put a mark into each register.
//!
//! A wrong switch may return to anywhere. So all memory that it might take an address from is filled with the address of
//! `astray`, a safe place to land, and each mark is an address in there too.

use std::cell::Cell;
use std::mem::offset_of;
use std::ptr;

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::switch;

#[cfg(target_arch = "x86_64")]
use x86_64::{REGISTERS, WORDS, astray, partner, probe};

#[cfg(target_arch = "aarch64")]
use aarch64::{REGISTERS, WORDS, astray, partner, probe};

/// Every register that a call must leave as it was has a mark, and a place for what it holds after the switch.
const COUNT: usize = REGISTERS.len();

/// How far apart two marks are: the length of the instructions that `astray` begins with.
const STEP: usize = if cfg!(target_arch = "x86_64") { 1 } else { 4 };

/// One trial, as the assembly below knows it.
#[repr(C)]
struct Trial {
    switch: usize,
    /// The address of `astray`.
    landing: usize,
    /// The first argument of `switch`: where to note the place at which the prober has left.
    save: *mut *mut usize,
    /// The second: the other side's stack pointer.
    to: *mut usize,
    /// Where the other side notes the place at which it has left.
    partner: *mut usize,
    /// The stack pointer when `switch` is called.
    home: *mut usize,
    /// How often the other side has run.
    visits: usize,
    /// Whether `switch` has returned to the landing place.
    astray: usize,
    marks: [usize; COUNT],
    found: [usize; COUNT],
}

thread_local! {
    /// The trial under way.
    static CURRENT: Cell<*mut Trial> = const { Cell::new(ptr::null_mut()) };
}

/// Lets a prober call `switch` once, to the other side, which calls it to come back.
fn trial() -> Trial {
    let landing = astray as *const () as usize;
    let mut memory = vec![landing; 24 * 1024];
    // Whatever number of words a switch takes from the other stack, it finds the other side's address.
    let frame = 8 * 1024;
    memory[frame..frame + 64].fill(partner as *const () as usize);
    let start = memory.as_mut_ptr();
    let to = start.wrapping_add(frame).map_addr(|address| address & !15);
    let save = start.wrapping_add(20 * 1024).cast::<*mut usize>();
    let mut trial = Trial {
        switch: switch as *const () as usize,
        landing,
        save,
        to,
        partner: ptr::null_mut(),
        home: ptr::null_mut(),
        visits: 0,
        astray: 0,
        marks: std::array::from_fn(|index| landing + (index + 1) * STEP),
        found: [0; COUNT],
    };
    CURRENT.set(&raw mut trial);
    // SAFETY: `save` lies within `memory`, and so does what it points at until `switch` writes there. `probe` preserves what a
    // call must preserve, and comes back, be it by way of `astray`.
    unsafe {
        save.write(
            start
                .wrapping_add(16 * 1024)
                .map_addr(|address| address & !15),
        );
        probe(&raw mut trial);
        trial.save = save.read().cast();
    }
    trial
}

/// Control gets to the other side, and comes back to behind the call.
#[test]
fn the_switch_goes_there_and_comes_back() {
    check(|_seed| {
        let trial = trial();
        assert!(
            trial.astray == 0,
            "the switch has returned to an address that was never meant as one. How often it had run the other side by then: {}. \
             Whatever is saved must be taken back, as much as that and no more, before the return; and the stack pointer must be noted \
             after the saving, and changed before the loading",
            trial.visits
        );
        expect_eq(
            trial.visits,
            1,
            "the switch came back at once: it did not leave this stack. How often the other side has run:",
        );
    });
}

/// What a call must leave as it was is as it was, although the other side has changed it all.
#[test]
fn every_callee_saved_register_comes_back() {
    check(|_seed| {
        let trial = trial();
        if trial.astray != 0 {
            return cannot_tell(); // It did not come back: the matter of another check.
        }
        let lost: Vec<String> = (0..COUNT)
            .filter(|index| trial.found[*index] != trial.marks[*index])
            .map(|index| describe(&trial, index))
            .collect();
        assert!(
            lost.is_empty(),
            "the caller had a value in each of these registers, and after the switch it is gone:\n  {}\nThe caller is compiled code that \
             believes in the calling convention: it will go on with what it finds there",
            lost.join("\n  ")
        );
    });
}

/// Where the value in a register comes from.
fn describe(trial: &Trial, index: usize) -> String {
    let (name, found) = (REGISTERS[index], trial.found[index]);
    match trial.marks.iter().position(|mark| *mark == found) {
        Some(other) => format!("{name} came back with what {} had held", REGISTERS[other]),
        None => format!("{name} came back with {found:#x}, which the other side has left there"),
    }
}

/// The frame has room for what must be saved, and not for more.
#[test]
fn nothing_is_saved_that_a_call_may_destroy() {
    check(|_seed| {
        let trial = trial();
        if trial.astray != 0 {
            return cannot_tell(); // As above.
        }
        let words = (trial.home.addr() - trial.save.addr()) / size_of::<usize>();
        assert!(
            words <= WORDS + WORDS % 2,
            "the switch has put {words} words on the stack; {WORDS} are what a call must preserve and the return address. \
             The others a call may destroy: if the caller needs them it has saved them, as it does around every call"
        );
    });
}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::arch::naked_asm;

    use super::{CURRENT, Trial, offset_of};

    /// The marks, in this order.
    pub(super) const REGISTERS: [&str; 6] = ["rbp", "rbx", "r12", "r13", "r14", "r15"];

    /// What a switch must have on the stack: these, and the return address.
    pub(super) const WORDS: usize = 7;

    extern "sysv64" fn current() -> *mut Trial {
        CURRENT.get()
    }

    /// Loads the marks, calls `switch`, and notes what it finds afterwards.
    #[unsafe(naked)]
    pub(super) unsafe extern "sysv64" fn probe(trial: *mut Trial) {
        naked_asm!(
            "push rbp",
            "push rbx",
            "push r12",
            "push r13",
            "push r14",
            "push r15",
            // Words to fall on, for a switch that takes more than it has put.
            ".rept 9",
            "push qword ptr [rdi + {landing}]",
            ".endr",
            "mov [rdi + {home}], rsp",
            "mov rax, [rdi + {switch}]",
            "mov rsi, [rdi + {to}]",
            "mov rbp, [rdi + {marks} + 0]",
            "mov rbx, [rdi + {marks} + 8]",
            "mov r12, [rdi + {marks} + 16]",
            "mov r13, [rdi + {marks} + 24]",
            "mov r14, [rdi + {marks} + 32]",
            "mov r15, [rdi + {marks} + 40]",
            "mov rdi, [rdi + {save}]",
            "call rax",
            "call {current}",
            "mov [rax + {found} + 0], rbp",
            "mov [rax + {found} + 8], rbx",
            "mov [rax + {found} + 16], r12",
            "mov [rax + {found} + 24], r13",
            "mov [rax + {found} + 32], r14",
            "mov [rax + {found} + 40], r15",
            "mov rsp, [rax + {home}]",
            "add rsp, 72",
            "pop r15",
            "pop r14",
            "pop r13",
            "pop r12",
            "pop rbx",
            "pop rbp",
            "ret",
            current = sym current,
            landing = const offset_of!(Trial, landing),
            home = const offset_of!(Trial, home),
            switch = const offset_of!(Trial, switch),
            to = const offset_of!(Trial, to),
            marks = const offset_of!(Trial, marks),
            save = const offset_of!(Trial, save),
            found = const offset_of!(Trial, found),
        )
    }

    /// The other side: changes every register, and comes back.
    #[unsafe(naked)]
    pub(super) unsafe extern "sysv64" fn partner() {
        naked_asm!(
            "and rsp, -16",
            "call {current}",
            "inc qword ptr [rax + {visits}]",
            "mov rsi, [rax + {save}]",
            "mov rsi, [rsi]",
            "lea rdi, [rax + {partner}]",
            "mov rax, [rax + {switch}]",
            "mov rbp, 0x5555",
            "mov rbx, 0x5555",
            "mov r12, 0x5555",
            "mov r13, 0x5555",
            "mov r14, 0x5555",
            "mov r15, 0x5555",
            "call rax",
            "jmp {astray}",
            current = sym current,
            astray = sym astray,
            visits = const offset_of!(Trial, visits),
            save = const offset_of!(Trial, save),
            partner = const offset_of!(Trial, partner),
            switch = const offset_of!(Trial, switch),
        )
    }

    /// Where a switch lands that has taken something else for its return address.
    #[unsafe(naked)]
    pub(super) unsafe extern "sysv64" fn astray() {
        naked_asm!(
            ".rept 16", // The marks: any of them is a way in.
            "nop",
            ".endr",
            "and rsp, -16",
            "call {current}",
            "mov qword ptr [rax + {astray}], 1",
            "mov rsp, [rax + {home}]",
            "add rsp, 72",
            "pop r15",
            "pop r14",
            "pop r13",
            "pop r12",
            "pop rbx",
            "pop rbp",
            "ret",
            current = sym current,
            astray = const offset_of!(Trial, astray),
            home = const offset_of!(Trial, home),
        )
    }
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use std::arch::naked_asm;

    use super::{CURRENT, Trial, offset_of};

    /// The marks, in this order.
    #[rustfmt::skip]
    pub(super) const REGISTERS: [&str; 19] = [
        "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29",
        "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15",
    ];

    /// What a switch must have on the stack: these, and the return address.
    pub(super) const WORDS: usize = 20;

    extern "C" fn current() -> *mut Trial {
        CURRENT.get()
    }

    /// Loads the marks, calls `switch`, and notes what it finds afterwards.
    #[unsafe(naked)]
    pub(super) unsafe extern "C" fn probe(trial: *mut Trial) {
        naked_asm!(
            "stp x29, x30, [sp, #-160]!",
            "stp x19, x20, [sp, #16]",
            "stp x21, x22, [sp, #32]",
            "stp x23, x24, [sp, #48]",
            "stp x25, x26, [sp, #64]",
            "stp x27, x28, [sp, #80]",
            "stp d8, d9, [sp, #96]",
            "stp d10, d11, [sp, #112]",
            "stp d12, d13, [sp, #128]",
            "stp d14, d15, [sp, #144]",
            // Words to fall on, for a switch that takes more than it has put.
            "ldr x9, [x0, {landing}]",
            ".rept 8",
            "stp x9, x9, [sp, #-16]!",
            ".endr",
            "mov x9, sp",
            "str x9, [x0, {home}]",
            "ldr x9, [x0, {switch}]",
            "ldr x1, [x0, {to}]",
            "ldp x19, x20, [x0, {marks} + 0]",
            "ldp x21, x22, [x0, {marks} + 16]",
            "ldp x23, x24, [x0, {marks} + 32]",
            "ldp x25, x26, [x0, {marks} + 48]",
            "ldp x27, x28, [x0, {marks} + 64]",
            "ldp d8, d9, [x0, {marks} + 88]",
            "ldp d10, d11, [x0, {marks} + 104]",
            "ldp d12, d13, [x0, {marks} + 120]",
            "ldp d14, d15, [x0, {marks} + 136]",
            "ldr x29, [x0, {marks} + 80]",
            "ldr x0, [x0, {save}]",
            "blr x9",
            "bl {current}",
            "stp x19, x20, [x0, {found} + 0]",
            "stp x21, x22, [x0, {found} + 16]",
            "stp x23, x24, [x0, {found} + 32]",
            "stp x25, x26, [x0, {found} + 48]",
            "stp x27, x28, [x0, {found} + 64]",
            "stp d8, d9, [x0, {found} + 88]",
            "stp d10, d11, [x0, {found} + 104]",
            "stp d12, d13, [x0, {found} + 120]",
            "stp d14, d15, [x0, {found} + 136]",
            "str x29, [x0, {found} + 80]",
            "ldr x9, [x0, {home}]",
            "add sp, x9, #128",
            "ldp x19, x20, [sp, #16]",
            "ldp x21, x22, [sp, #32]",
            "ldp x23, x24, [sp, #48]",
            "ldp x25, x26, [sp, #64]",
            "ldp x27, x28, [sp, #80]",
            "ldp d8, d9, [sp, #96]",
            "ldp d10, d11, [sp, #112]",
            "ldp d12, d13, [sp, #128]",
            "ldp d14, d15, [sp, #144]",
            "ldp x29, x30, [sp], #160",
            "ret",
            current = sym current,
            landing = const offset_of!(Trial, landing),
            home = const offset_of!(Trial, home),
            switch = const offset_of!(Trial, switch),
            to = const offset_of!(Trial, to),
            marks = const offset_of!(Trial, marks),
            save = const offset_of!(Trial, save),
            found = const offset_of!(Trial, found),
        )
    }

    /// The other side: changes every register, and comes back.
    #[unsafe(naked)]
    pub(super) unsafe extern "C" fn partner() {
        naked_asm!(
            "mov x9, sp",
            "and sp, x9, #-16",
            "bl {current}",
            "ldr x9, [x0, {visits}]",
            "add x9, x9, #1",
            "str x9, [x0, {visits}]",
            "ldr x1, [x0, {save}]",
            "ldr x1, [x1]",
            "ldr x9, [x0, {switch}]",
            "add x0, x0, {partner}",
            "mov x19, #0x5555",
            "mov x20, #0x5555",
            "mov x21, #0x5555",
            "mov x22, #0x5555",
            "mov x23, #0x5555",
            "mov x24, #0x5555",
            "mov x25, #0x5555",
            "mov x26, #0x5555",
            "mov x27, #0x5555",
            "mov x28, #0x5555",
            "mov x29, #0x5555",
            "fmov d8, x19",
            "fmov d9, x19",
            "fmov d10, x19",
            "fmov d11, x19",
            "fmov d12, x19",
            "fmov d13, x19",
            "fmov d14, x19",
            "fmov d15, x19",
            "blr x9",
            "b {astray}",
            current = sym current,
            astray = sym astray,
            visits = const offset_of!(Trial, visits),
            save = const offset_of!(Trial, save),
            partner = const offset_of!(Trial, partner),
            switch = const offset_of!(Trial, switch),
        )
    }

    /// Where a switch lands that has taken something else for its return address.
    #[unsafe(naked)]
    pub(super) unsafe extern "C" fn astray() {
        naked_asm!(
            ".rept 32", // The marks: any of them is a way in.
            "nop",
            ".endr",
            "mov x9, sp",
            "and sp, x9, #-16",
            "bl {current}",
            "mov x9, #1",
            "str x9, [x0, {astray}]",
            "ldr x9, [x0, {home}]",
            "add sp, x9, #128",
            "ldp x19, x20, [sp, #16]",
            "ldp x21, x22, [sp, #32]",
            "ldp x23, x24, [sp, #48]",
            "ldp x25, x26, [sp, #64]",
            "ldp x27, x28, [sp, #80]",
            "ldp d8, d9, [sp, #96]",
            "ldp d10, d11, [sp, #112]",
            "ldp d12, d13, [sp, #128]",
            "ldp d14, d15, [sp, #144]",
            "ldp x29, x30, [sp], #160",
            "ret",
            current = sym current,
            astray = const offset_of!(Trial, astray),
            home = const offset_of!(Trial, home),
        )
    }
}
