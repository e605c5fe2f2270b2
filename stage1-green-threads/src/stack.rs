//! Stacks for coroutines: mapped from the OS, guarded below, and used again.
use std::cell::RefCell;
use std::io;
use std::ptr::{self, NonNull};

/// The size of a coroutine's stack unless another is asked for: 64 KiB.
pub const DEFAULT_STACK_SIZE: usize = 64 * 1024;

/// The smallest stack for code that may panic: 32 KiB.
pub const MIN_PANIC_STACK_SIZE: usize = 32 * 1024;

/// Where a stack begins and ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {}

/// A mapped stack.
#[derive(Debug)]
pub(crate) struct Stack {
    top: NonNull<u8>,
    size: usize,
}

thread_local! { static POOL: RefCell<Vec<Stack>> = const { RefCell::new(Vec::new()) }; }

impl Stack {
    pub(crate) fn new(bytes: usize) -> io::Result<Stack> {
        let size = bytes.div_ceil(4096).max(1) * 4096;
        if size == DEFAULT_STACK_SIZE
            && let Some(stack) = POOL.with_borrow_mut(|pool| pool.pop())
        {
            return Ok(stack);
        }
        // SAFETY: interim
        unsafe {
            let start = libc::mmap(
                ptr::null_mut(),
                size + 4096,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            );
            if start == libc::MAP_FAILED || libc::mprotect(start, 4096, libc::PROT_NONE) != 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(Stack {
                top: NonNull::new_unchecked(start.cast::<u8>().add(size + 4096)),
                size,
            })
        }
    }
    pub(crate) fn top(&self) -> *mut u8 {
        self.top.as_ptr()
    }
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {}
    }
    pub(crate) fn recycle(self) {
        if self.size == DEFAULT_STACK_SIZE {
            POOL.with_borrow_mut(|pool| pool.push(self));
            return;
        }
        // SAFETY: interim
        unsafe {
            libc::munmap(
                self.top.as_ptr().sub(self.size + 4096).cast(),
                self.size + 4096,
            );
        }
    }
}
