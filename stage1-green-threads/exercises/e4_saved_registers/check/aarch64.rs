//! The caller with its marks, the other side and the place to land, on aarch64. All in assembly: here no compiler may choose
//! what is in a register.

use std::arch::naked_asm;
use std::mem::offset_of;

use super::{CURRENT, Trial};

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
