//! On Windows an overflow is an exception, which a vectored handler sees before any other.
//!
//! It runs on the stack that overflowed, in the pages that the kernel has kept for it.

use std::sync::Once;

use windows_sys::Win32::Foundation::{EXCEPTION_STACK_OVERFLOW, STATUS_GUARD_PAGE_VIOLATION};
use windows_sys::Win32::System::Diagnostics::Debug::{
    AddVectoredExceptionHandler, EXCEPTION_CONTINUE_SEARCH, EXCEPTION_POINTERS,
};

use super::message_here;

pub(in crate::stack) fn watch_this_thread() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: the handler has the right signature; 1 asks for the first place.
        unsafe { AddVectoredExceptionHandler(1, Some(handle)) };
    });
}

unsafe extern "system" fn handle(exception: *mut EXCEPTION_POINTERS) -> i32 {
    // SAFETY: the OS gives a handler a valid record.
    let code = unsafe { (*(*exception).ExceptionRecord).ExceptionCode };
    let overflow = code == EXCEPTION_STACK_OVERFLOW || code == STATUS_GUARD_PAGE_VIOLATION;
    if overflow && let Some(message) = message_here() {
        use std::io::Write as _;
        // std's stderr is not buffered, and its lock is no obstacle to the thread that holds it.
        let _ = std::io::stderr().write_all(message.as_bytes());
        std::process::abort();
    }
    EXCEPTION_CONTINUE_SEARCH
}
