//! Stacks on Windows, laid out as those of OS threads are.
//!
//! ```text
//!     slot                                                               top
//!     ┌──────────────┬───────────────────────┬───────┬───────────────────┐
//!     │ reserve: room │ reserved, not there   │ guard │ committed         │
//!     │ for the report│ yet                   │ page  │ (two pages)       │
//!     └──────────────┴───────────────────────┴───────┴───────────────────┘
//! ```
//!
//! The switch tells Windows where the stack is (the thread's block), so that the kernel lets it grow as it does
//! any other: a touch of the guard page commits it, and makes the page below the new guard. When it
//! comes near the slot's lowest byte, the kernel raises a stack overflow, with some pages left for whoever
//! handles that. These pages are what lies below the stack's `size`.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicUsize, Ordering};

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_DECOMMIT, MEM_RELEASE, MEM_RESERVE, MEMORY_BASIC_INFORMATION, PAGE_GUARD,
    PAGE_READWRITE, VirtualAlloc, VirtualFree, VirtualQuery,
};
use windows_sys::Win32::System::SystemInformation::GetSystemInfo;

/// For the handler of an overflow: what std's threads guarantee it (20 KiB), and the kernel's own.
const RESERVE: usize = 32 * 1024;

/// The size of a page.
#[inline]
pub(crate) fn page_size() -> usize {
    static PAGE_SIZE: AtomicUsize = AtomicUsize::new(0);
    // Ordering: whoever finds 0 asks again, and gets the same answer.
    match PAGE_SIZE.load(Ordering::Relaxed) {
        0 => {
            let mut info = MaybeUninit::uninit();
            // SAFETY: the call fills `info` and cannot fail.
            let info = unsafe {
                GetSystemInfo(info.as_mut_ptr());
                info.assume_init()
            };
            let size = info.dwPageSize as usize;
            PAGE_SIZE.store(size, Ordering::Relaxed);
            size
        }
        size => size,
    }
}

/// How many bytes of a slot are not the stack's own.
#[inline]
pub(crate) fn guard_size() -> usize {
    RESERVE.max(page_size())
}

/// How many bytes of a new stack can be touched before it grows: two pages, for `Base`, the closure and
/// the first frame.
fn committed(stack_size: usize) -> usize {
    (2 * page_size()).min(stack_size)
}

/// The lowest byte between `slot` and `top` that can be touched before the stack grows. A stack that has
/// been used has grown already, and nobody but the kernel knows how far.
pub(crate) fn limit(slot: *mut u8, top: *mut u8) -> *mut u8 {
    let mut lowest = slot;
    while lowest < top {
        let mut info = MaybeUninit::<MEMORY_BASIC_INFORMATION>::zeroed();
        // SAFETY: the call writes as much as `info` has room for, or nothing; all its fields are numbers
        // and pointers, which may be zero.
        let info = unsafe {
            VirtualQuery(
                lowest.cast_const().cast(),
                info.as_mut_ptr(),
                size_of::<MEMORY_BASIC_INFORMATION>(),
            );
            info.assume_init()
        };
        let touchable = info.State == MEM_COMMIT && info.Protect & PAGE_GUARD == 0;
        if touchable || info.RegionSize == 0 {
            break;
        }
        lowest = lowest.wrapping_add(info.RegionSize);
    }
    lowest
}

/// Reserves addresses.
pub(crate) fn map(bytes: usize) -> io::Result<NonNull<u8>> {
    // SAFETY: a new range of addresses, of the OS's choice, touches nothing of ours.
    let start = unsafe { VirtualAlloc(ptr::null(), bytes, MEM_RESERVE, PAGE_READWRITE) };
    NonNull::new(start.cast()).ok_or_else(io::Error::last_os_error)
}

/// Gives back what [`map`] has reserved.
///
/// # Safety
///
/// Nobody may use it any more.
pub(crate) unsafe fn unmap(start: NonNull<u8>, _bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { VirtualFree(start.as_ptr().cast(), 0, MEM_RELEASE) };
}

/// Gives the memory back, but not the addresses.
///
/// # Safety
///
/// What is there may be lost, and must not be touched.
pub(crate) unsafe fn discard(start: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { VirtualFree(start.cast(), bytes, MEM_DECOMMIT) };
}

/// Commits the highest pages of a slot, and one below them as a guard.
///
/// # Errors
///
/// If the OS has no memory for them.
///
/// # Safety
///
/// The slot must be reserved and nobody may use it.
pub(crate) unsafe fn guard(slot: *mut u8, slot_size: usize) -> io::Result<()> {
    let committed = committed(slot_size - guard_size());
    let limit = slot.wrapping_add(slot_size - committed);
    let guard = limit.wrapping_sub(page_size());
    // SAFETY: the caller's promise.
    let failed = unsafe {
        VirtualAlloc(limit.cast(), committed, MEM_COMMIT, PAGE_READWRITE).is_null()
            || VirtualAlloc(
                guard.cast(),
                page_size(),
                MEM_COMMIT,
                PAGE_READWRITE | PAGE_GUARD,
            )
            .is_null()
    };
    if failed {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Regions have one slot: what an OS thread's stack has is a reservation of its own.
pub(crate) fn can_guard_within_a_mapping() -> bool {
    false
}
