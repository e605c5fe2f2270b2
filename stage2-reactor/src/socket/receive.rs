//! Receiving into memory that nobody has written to yet.
//!
//! `std::io::Read` takes initialised bytes only. A caller with a fresh buffer would have to fill it with
//! zeros before each read, of which the OS then overwrites a few: for a buffer of 400 KiB that takes
//! longer than the system call. The OS itself does not care what was there before.

use std::io;
#[cfg(any(windows, feature = "simulation"))]
use std::io::Read;
use std::mem::MaybeUninit;
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd};

/// Receives into `buffer`. If it returns `Ok(n)`, the first `n` bytes are initialised.
#[cfg(unix)]
pub(super) fn receive(socket: &impl AsFd, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
    let socket = socket.as_fd().as_raw_fd();
    // SAFETY: the descriptor is open, as it is borrowed; `recv` only writes, and at most so many bytes
    // to that place, which is ours alone.
    let got = unsafe { libc::recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), 0) };
    // It is negative only if there was an error.
    usize::try_from(got).map_err(|_| io::Error::last_os_error())
}

/// The same by way of `Read`, where the OS cannot be asked in this way, or is a simulated one. If it returns `Ok(n)`, the first `n` bytes are initialised.
#[cfg(any(windows, feature = "simulation"))]
pub(super) fn receive_zeroed(
    mut socket: impl Read,
    buffer: &mut [MaybeUninit<u8>],
) -> io::Result<usize> {
    buffer.fill(MaybeUninit::new(0));
    // SAFETY: all of it has just been filled.
    socket.read(unsafe { buffer.assume_init_mut() })
}

#[cfg(windows)]
pub(super) use receive_zeroed as receive;
