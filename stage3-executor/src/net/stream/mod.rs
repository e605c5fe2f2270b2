//! A connected stream of bytes, whatever it is made of: what TCP and Unix streams have in common.
//!
//! Three layers, from the bottom up:
//!
//! * `try_…`: one attempt, which may return `WouldBlock`;
//! * `poll_…`: an attempt, or the waker is left; for futures that are written by hand;
//! * `async` methods (`read_write.rs`), and futures-io's traits (`futures_io.rs`).

mod futures_io;
mod read_write;
mod split;

pub use self::split::{OwnedReadHalf, OwnedWriteHalf, ReuniteError};

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::task::{Context, Poll};

use stage2_reactor::{Direction, Registered, Socket};

use super::operation::{Source, poll_operation, poll_ready};
use crate::reactor::Handle;

/// A non-blocking socket that carries bytes in both directions. Each method is one attempt, and
/// returns `WouldBlock` if it would have to wait.
///
/// # Errors
///
/// All methods return what the OS reports.
///
/// # Safety
///
/// When [`read_uninit`](Self::read_uninit) returns `Ok(n)`, it has initialised the first `n` bytes.
pub unsafe trait ByteStream: Socket {
    /// Whether the connection stands; the reason if it has failed.
    fn finish_connect(&self) -> io::Result<()>;
    /// As [`io::Read::read`].
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    /// As `read`, into memory that need not be initialised.
    fn read_uninit(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize>;
    /// As [`io::Read::read_vectored`].
    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize>;
    /// As [`io::Write::write`].
    fn write(&self, bytes: &[u8]) -> io::Result<usize>;
    /// As [`io::Write::write_vectored`].
    fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize>;
    /// Closes one or both directions.
    fn shutdown(&self, how: Shutdown) -> io::Result<()>;
}

/// A connected stream of bytes: [`TcpStream`](super::TcpStream), or on Unix
#[cfg_attr(unix, doc = "[`UnixStream`](super::UnixStream).")]
#[cfg_attr(not(unix), doc = "`UnixStream`.")]
///
/// Dropping it closes the connection.
#[derive(Debug)]
pub struct Stream<S: ByteStream> {
    source: Source<S>,
}

impl<S: ByteStream> Stream<S> {
    pub(super) fn new(socket: S, handle: &Handle) -> io::Result<Self> {
        let source = Registered::new(socket, handle)?;
        Ok(Stream { source })
    }

    pub(super) fn source(&self) -> &Source<S> {
        &self.source
    }

    /// The socket, for what never waits.
    pub(super) fn socket(&self) -> &S {
        self.source.get()
    }

    /// Polls a connect that was begun, until the connection stands or has failed.
    ///
    /// # Errors
    ///
    /// Why it has failed, such as `ConnectionRefused`.
    pub fn poll_connected(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_operation(&self.source, Direction::Write, cx, || {
            self.source.attempt(Direction::Write, S::finish_connect)
        })
    }

    /// Reads what has arrived, if anything has. `Ok(0)`: the other side sends no more (or `buffer`
    /// is empty).
    ///
    /// # Errors
    ///
    /// `WouldBlock` if nothing has arrived; what the OS reports.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len();
        self.source
            .attempt_stream(Direction::Read, wanted, |socket| socket.read(buffer))
    }

    /// As [`try_read`](Self::try_read), into memory that need not be initialised. If it returns
    /// `Ok(n)`, the first `n` bytes of `buffer` are: unsafe code may rely on it.
    ///
    /// # Errors
    ///
    /// As `try_read`.
    pub fn try_read_uninit(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        let wanted = buffer.len();
        self.source
            .attempt_stream(Direction::Read, wanted, |socket| socket.read_uninit(buffer))
    }

    /// As [`try_read`](Self::try_read), into several buffers.
    ///
    /// # Errors
    ///
    /// As `try_read`.
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        // Not `attempt_stream`: there is a limit to the buffers of one call (1,024 on Linux), so a short count
        // says nothing.
        self.source
            .attempt(Direction::Read, |socket| socket.read_vectored(buffers))
    }

    /// Writes as much as there is room for, if there is room at all.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; what the OS reports.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.source
            .attempt_stream(Direction::Write, bytes.len(), |socket| socket.write(bytes))
    }

    /// As [`try_write`](Self::try_write), from several buffers.
    ///
    /// # Errors
    ///
    /// As `try_write`.
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        // As in `try_read_vectored`.
        self.source
            .attempt(Direction::Write, |socket| socket.write_vectored(buffers))
    }

    /// Polls until there may be something to read, for [`try_read`](Self::try_read). May be wrong.
    ///
    /// # Errors
    ///
    /// If the reactor has shut down. The same is true of all the other `poll_` methods, which also
    /// return what the OS reports.
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_ready(&self.source, Direction::Read, cx)
    }

    /// Polls until there may be room to write, for [`try_write`](Self::try_write). May be wrong.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_ready(&self.source, Direction::Write, cx)
    }

    /// Polls [`try_read`](Self::try_read) until it need not wait.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Read, cx, || self.try_read(buffer))
    }

    /// Polls [`try_read_uninit`](Self::try_read_uninit) until it need not wait.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_read_uninit(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [MaybeUninit<u8>],
    ) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Read, cx, || {
            self.try_read_uninit(buffer)
        })
    }

    /// Polls [`try_read_vectored`](Self::try_read_vectored) until it need not wait.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_read_vectored(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Read, cx, || {
            self.try_read_vectored(buffers)
        })
    }

    /// Polls [`try_write`](Self::try_write) until it need not wait.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Write, cx, || self.try_write(bytes))
    }

    /// Polls [`try_write_vectored`](Self::try_write_vectored) until it need not wait.
    ///
    /// # Errors
    ///
    /// As [`poll_read_ready`](Self::poll_read_ready).
    pub fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Write, cx, || {
            self.try_write_vectored(buffers)
        })
    }
}
