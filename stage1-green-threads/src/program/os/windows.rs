//! Windows.

use std::mem::{MaybeUninit, size_of};
use std::net::TcpListener;
use std::time::Duration;

use windows_sys::Win32::Foundation::{CloseHandle, FILETIME, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetCurrentProcessId, GetProcessTimes,
};

/// CPU time that all threads of this process have used, in user and kernel mode.
pub(crate) fn cpu_time() -> Option<Duration> {
    const ZERO: FILETIME = FILETIME {
        dwLowDateTime: 0,
        dwHighDateTime: 0,
    };
    let (mut created, mut ended, mut kernel, mut user) = (ZERO, ZERO, ZERO, ZERO);
    // SAFETY: the handle is a constant that means this process; the four places are valid.
    let done = unsafe {
        GetProcessTimes(
            GetCurrentProcess(),
            &raw mut created,
            &raw mut ended,
            &raw mut kernel,
            &raw mut user,
        )
    };
    (done != 0).then(|| duration(kernel) + duration(user))
}

/// A FILETIME counts units of 100 ns.
fn duration(time: FILETIME) -> Duration {
    let units = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Duration::from_nanos(units * 100)
}

/// OS threads that this process has now.
pub(crate) fn os_threads() -> Option<usize> {
    // SAFETY: no pointers are passed.
    let snapshot = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) };
    if snapshot == INVALID_HANDLE_VALUE {
        return None;
    }
    // SAFETY: all zeroes is a valid THREADENTRY32.
    let mut entry: THREADENTRY32 = unsafe { MaybeUninit::zeroed().assume_init() };
    entry.dwSize = size_of::<THREADENTRY32>() as u32;
    // SAFETY: no pointers are passed.
    let this = unsafe { GetCurrentProcessId() };
    let mut count = 0;
    // SAFETY: the snapshot is open, and `entry` says how large it is.
    let mut more = unsafe { Thread32First(snapshot, &raw mut entry) } != 0;
    while more {
        count += usize::from(entry.th32OwnerProcessID == this);
        // SAFETY: as above.
        more = unsafe { Thread32Next(snapshot, &raw mut entry) } != 0;
    }
    // SAFETY: the snapshot is ours and is not used again.
    unsafe { CloseHandle(snapshot) };
    Some(count)
}

/// Windows commits a stack as it sees fit, and this program does not ask it.
pub(crate) fn touched_stack(_address: usize, _size: usize) -> Option<usize> {
    None
}

/// Sockets are handles here, and handles have no limit that one would meet.
pub(crate) fn open_files_limit(_wanted: u64) -> Option<u64> {
    None
}

/// Windows keeps the backlog that a listener began with.
pub(crate) fn deepen_backlog(_listener: &TcpListener) {}
