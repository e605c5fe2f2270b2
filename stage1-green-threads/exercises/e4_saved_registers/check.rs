//! One call of `switch` there, and one back, from a caller that has put a mark into each register.
//!
//! A wrong switch may return to anywhere. So all memory that it might take an address from is filled with the address of
//! `astray`, a safe place to land, and each mark is an address in there too.

use std::cell::Cell;
use std::ptr;

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::switch;

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
use x86_64::{REGISTERS, WORDS, astray, partner, probe};

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "aarch64")]
use aarch64::{REGISTERS, WORDS, astray, partner, probe};

/// Every register that a call must leave as it was has a mark, and a place for what it holds after the switch.
const COUNT: usize = REGISTERS.len();

/// How far apart two marks are: the length of the instructions that `astray` begins with.
const STEP: usize = if cfg!(target_arch = "x86_64") { 1 } else { 4 };

/// One trial, as the assembly knows it.
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
