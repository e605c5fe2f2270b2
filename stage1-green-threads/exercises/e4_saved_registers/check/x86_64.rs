//! The caller with its marks, the other side and the place to land, on x86-64. All in assembly: here no compiler may choose
//! what is in a register.

use std::arch::naked_asm;
use std::mem::offset_of;

use super::{CURRENT, Trial};

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
