//! Mappings on Unix: `mmap`, and two ways to make a page a guard.
//!
//! `mprotect` gives a page a protection of its own, and so splits the mapping: two more of the 65,530 that
//! Linux gives a process. From Linux 6.13, `MADV_GUARD_INSTALL` marks the page in the page table
//! instead, and the mapping stays one.

use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The size of a page.
#[inline]
pub(crate) fn page_size() -> usize {
    static PAGE_SIZE: AtomicUsize = AtomicUsize::new(0);
    // Ordering: whoever finds 0 asks again, and gets the same answer.
    match PAGE_SIZE.load(Ordering::Relaxed) {
        0 => {
            // SAFETY: sysconf has no preconditions.
            let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
            let size = usize::try_from(size).expect("every Unix has pages");
            PAGE_SIZE.store(size, Ordering::Relaxed);
            size
        }
        size => size,
    }
}

/// How many bytes of a slot are guard: one page.
#[inline]
pub(crate) fn guard_size() -> usize {
    page_size()
}

/// Maps `bytes` of memory that is taken when it is touched.
pub(crate) fn map(bytes: usize) -> io::Result<NonNull<u8>> {
    // MAP_NORESERVE: untouched stack is not a promise that the OS must keep. MAP_STACK: recent Linux
    // takes no huge pages for it, of which the first touch would make 2 MiB of one stack's first page.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let kind = libc::MAP_NORESERVE | libc::MAP_STACK;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let kind = 0;
    // SAFETY: a new mapping, at an address of the OS's choice, touches nothing of ours.
    let start = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANON | kind,
            -1,
            0,
        )
    };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(NonNull::new(start.cast()).expect("mmap does not choose address 0"))
}

/// Unmaps what [`map`] has mapped.
///
/// # Safety
///
/// Nobody may use it any more.
pub(crate) unsafe fn unmap(start: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller's promise. It can fail only for want of mappings, and then leaks.
    unsafe { libc::munmap(start.as_ptr().cast(), bytes) };
}

/// Gives the memory back, but not the addresses.
///
/// # Safety
///
/// What is there may be lost: it may read as zeros or as before.
pub(crate) unsafe fn discard(start: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise. If it fails, the memory stays taken, and nothing else changes.
    unsafe { libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) };
}

/// Makes the lowest page of a slot fault when it is touched.
///
/// # Errors
///
/// If the OS has no memory for another guard, or no mapping.
///
/// # Safety
///
/// The slot must lie in one mapping and nobody may use it.
pub(crate) unsafe fn guard(slot: *mut u8, _slot_size: usize) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if install::is_supported() {
        // SAFETY: the caller's promise.
        match unsafe { install::guard(slot) } {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => install::give_up(),
            result => return result,
        }
    }
    // SAFETY: the caller's promise.
    let result = unsafe { libc::mprotect(slot.cast(), guard_size(), libc::PROT_NONE) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Whether a guard inside a mapping does not split it.
pub(crate) fn can_guard_within_a_mapping() -> bool {
    #[cfg(target_os = "linux")]
    return install::is_supported();
    #[cfg(not(target_os = "linux"))]
    return false;
}

/// Guards without mappings of their own.
#[cfg(target_os = "linux")]
mod install {
    use std::io;
    use std::sync::atomic::{AtomicU8, Ordering};

    /// From Linux 6.13; the C headers of most systems do not know it yet.
    const MADV_GUARD_INSTALL: libc::c_int = 102;

    const UNKNOWN: u8 = 0;
    const YES: u8 = 1;
    const NO: u8 = 2;

    static SUPPORT: AtomicU8 = AtomicU8::new(UNKNOWN);

    /// Asks the kernel, the first time.
    pub(super) fn is_supported() -> bool {
        // Ordering: it is only a hint for which of two right ways to take.
        if SUPPORT.load(Ordering::Relaxed) == UNKNOWN {
            let answer = if try_once() { YES } else { NO };
            let _ = SUPPORT.compare_exchange(UNKNOWN, answer, Ordering::Relaxed, Ordering::Relaxed);
        }
        SUPPORT.load(Ordering::Relaxed) == YES
    }

    /// Never again: this kernel has refused one.
    pub(super) fn give_up() {
        SUPPORT.store(NO, Ordering::Relaxed);
    }

    /// # Safety
    ///
    /// Nobody may use the page.
    pub(super) unsafe fn guard(page: *mut u8) -> io::Result<()> {
        // SAFETY: the caller's promise.
        let result = unsafe { libc::madvise(page.cast(), super::page_size(), MADV_GUARD_INSTALL) };
        if result == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }

    /// Guards a page and looks whether it is: an old kernel refuses (EINVAL), but an emulator may take
    /// advice that it does not know for harmless, and say yes to it.
    fn try_once() -> bool {
        let Ok(page) = super::map(super::page_size()) else {
            return false;
        };
        // SAFETY: the page is ours, and holds nothing. `getrandom` checks the address and returns
        // EFAULT, which does not disturb us, where we would get a signal.
        unsafe {
            let works = guard(page.as_ptr()).is_ok()
                && libc::getrandom(page.as_ptr().cast(), 1, libc::GRND_NONBLOCK) == -1
                && io::Error::last_os_error().raw_os_error() == Some(libc::EFAULT);
            super::unmap(page, super::page_size());
            works
        }
    }
}
