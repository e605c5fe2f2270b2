//! Looks at the frame before anybody goes there, and goes there only if it is sound: what is wrong in
//! a first frame ends the process, and says nothing.

use std::cell::Cell;
use std::ptr;

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::{Entry, lay_out, switch};

/// How many words `switch` loads, where among them the return address is, and what the stack pointer is at the first
/// instruction of a function, above a multiple of 16.
#[cfg(target_arch = "x86_64")]
const FRAME: (usize, usize, usize) = (7, 6, 8);
#[cfg(target_arch = "aarch64")]
const FRAME: (usize, usize, usize) = (20, 1, 0);

const WORD: usize = size_of::<usize>();

/// How far above a multiple of 16 the memory ends: that is nothing to rely on.
const ENDS: [usize; 2] = [8, 0];

/// Some memory, of which a part is the stack.
struct Memory {
    bytes: Vec<u8>,
    end: usize,
}

impl Memory {
    /// About 33 KiB, the end of which lies `end` bytes above a multiple of 16.
    fn new(seed: u64, end: usize) -> Self {
        let size = 33 * 1024 + 16 * (seed as usize % 32);
        Memory {
            bytes: vec![0xAA; size],
            end,
        }
    }

    /// Behind it there are some bytes of ours, for a frame that reaches beyond its end.
    fn stack(&mut self) -> &mut [u8] {
        let near = self.bytes.len() - 512;
        let end = near + self.bytes[near..].as_ptr().align_offset(16) + self.end;
        &mut self.bytes[..end]
    }

    /// Lays the stack out for `entry`, and says where the frame begins, in bytes from the stack's start.
    fn lay_out(&mut self, entry: Entry) -> (*mut usize, isize) {
        let stack = self.stack();
        let start = stack.as_ptr().addr();
        let sp = lay_out(stack, entry);
        (sp, sp.addr().wrapping_sub(start).cast_signed())
    }

    /// How many bytes the stack has above a frame that begins there; none if a part of it lies outside.
    fn above(&mut self, begin: isize) -> Option<usize> {
        let end = usize::try_from(begin).ok()?.checked_add(FRAME.0 * WORD)?;
        self.stack().len().checked_sub(end)
    }

    /// The word of the frame that `switch` takes for the return address.
    fn return_address(&mut self, begin: isize) -> Option<usize> {
        self.above(begin)?;
        let place = begin.unsigned_abs() + FRAME.1 * WORD;
        let word = self.stack()[place..][..WORD].try_into().expect("a word");
        Some(usize::from_ne_bytes(word))
    }
}

/// A check with memory that ends at a multiple of 16, and with some that does not.
#[track_caller]
fn check_each(body: impl Fn(Memory) + Send + Sync + 'static) {
    check(move |seed| {
        for end in ENDS {
            body(Memory::new(seed, end));
        }
    });
}

/// What the stack pointer is when the entry begins, above a multiple of 16.
fn at_the_entry(sp: *mut usize) -> usize {
    (sp.addr() + FRAME.0 * WORD) % 16
}

/// The frame is within the memory, and above it there is only what alignment costs.
#[test]
fn the_frame_lies_at_the_end_that_a_stack_grows_from() {
    check_each(|mut memory| {
        let size = memory.stack().len();
        let (_, begin) = memory.lay_out(task);
        let Some(above) = memory.above(begin) else {
            panic!(
                "the memory has {size} bytes, and `switch` would load {} words from byte {begin} on: a part of them is not yours",
                FRAME.0
            );
        };
        assert!(
            above < 128,
            "the frame begins at byte {begin} of {size}, and {above} bytes above it are never used. A stack grows towards lower \
             addresses: the functions that are called there have {begin} bytes, and then write into what is not theirs"
        );
    });
}

/// What `switch` takes for the return address is the entry's address.
#[test]
fn switch_returns_to_the_entry() {
    check_each(|mut memory| {
        let (_, begin) = memory.lay_out(task);
        // A frame that is elsewhere is the matter of another check.
        let Some(word) = memory.return_address(begin) else {
            return cannot_tell();
        };
        let entry = task as *const () as usize;
        assert!(
            word == entry,
            "`switch` returns to what it finds in word {}, and there is {word:#x} (the entry is at {entry:#x}; 0xaa… is memory that \
             nobody has written). Go through `switch` from the line that changes the stack on: which word is loaded into what?",
            FRAME.1
        );
    });
}

/// The stack pointer is what the compiler relies on at the first instruction of a function.
#[test]
fn the_stack_is_aligned_at_the_entry() {
    check_each(|mut memory| {
        let (sp, _) = memory.lay_out(task);
        let (_, _, expected) = FRAME;
        let found = at_the_entry(sp);
        let because = match expected {
            0 => "on aarch64 it must be a multiple of 16, always",
            _ => {
                "on x86-64 it is a multiple of 16 when a function is *called*, and the call pushes 8 bytes. Nobody calls the \
                 entry, so the frame must make it look like that"
            }
        };
        let end = memory.stack().as_ptr_range().end.addr() % 16;
        assert!(
            found == expected,
            "the entry begins with a stack pointer of a multiple of 16 plus {found}; it must be plus {expected}: {because}. (The memory \
             ends at a multiple of 16 plus {end}.)"
        );
    });
}

thread_local! {
    /// Where the two sides are, while they are not running, and what the task has written.
    static MAIN: Cell<*mut usize> = const { Cell::new(ptr::null_mut()) };
    static TASK: Cell<*mut usize> = const { Cell::new(ptr::null_mut()) };
    static WRITTEN: Cell<String> = const { Cell::new(String::new()) };
}

fn go(save: &'static std::thread::LocalKey<Cell<*mut usize>>, to: *mut usize) {
    // SAFETY: `to` is a sound first frame, or was noted when that side was left.
    unsafe { switch(save.with(Cell::as_ptr), to) }
}

/// Writes a number, which takes some calls and aligned instructions, and leaves; twice.
fn body() {
    for half in [0.5_f64, 1.5] {
        WRITTEN.set(format!("{}{half:>6.2}", WRITTEN.take()));
        go(&TASK, MAIN.get());
    }
    std::process::abort(); // Nobody comes a third time.
}

#[cfg(target_arch = "x86_64")]
extern "sysv64" fn task() {
    body();
}

#[cfg(target_arch = "aarch64")]
extern "C" fn task() {
    body();
}

/// A real function runs on the stack, is left in its middle, and goes on.
#[test]
fn a_function_runs_there_and_comes_back() {
    check_each(|mut memory| {
        let (sp, begin) = memory.lay_out(task);
        let to_the_entry = memory.return_address(begin) == Some(task as *const () as usize);
        let room = begin > 16 * 1024;
        if !to_the_entry || !room || at_the_entry(sp) != FRAME.2 {
            return cannot_tell(); // To go there would end the process. The other checks say what is wrong.
        }
        go(&MAIN, sp);
        go(&MAIN, TASK.get());
        expect_eq(
            WRITTEN.take(),
            "  0.50  1.50",
            "the task was to write 0.50, leave, and write 1.50 when it was resumed. What it has written:",
        );
    });
}
