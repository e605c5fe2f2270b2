//! TCP connections for green threads.

use super::{each_address, refuse_zero};
use crate::blocking::Blocking;
use crate::{Direction, Handle, Registered, green, socket};
use stage1_green_threads::Thread;
use std::cell::Cell;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// A TCP connection, like [`std::net::TcpStream`].
///
/// Reading and writing also work on `&TcpStream`, so that two green threads can share one in an `Rc`.
#[derive(Debug)]
pub struct TcpStream {
    stream: Blocking<socket::TcpStream>,
    read_timeout: Cell<Option<Duration>>,
    write_timeout: Cell<Option<Duration>>,
}

impl TcpStream {
    /// Connects; other green threads run meanwhile. Of several addresses the first that answers counts.
    ///
    /// # Errors
    ///
    /// Outside of [`run`](crate::run); if nobody listens there, or the OS reports anything else.
    pub fn connect(addresses: impl ToSocketAddrs) -> io::Result<Self> {
        let handle = green::handle()?;
        each_address(addresses, |address| {
            Self::connect_to(&handle, address, None)
        })
    }

    /// Connects to one address within `timeout`.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect); `TimedOut`; `InvalidInput` if `timeout` is zero.
    pub fn connect_timeout(address: &SocketAddr, timeout: Duration) -> io::Result<Self> {
        refuse_zero(Some(timeout))?;
        Self::connect_to(&green::handle()?, *address, Some(timeout))
    }

    fn connect_to(
        handle: &Handle<Thread>,
        address: SocketAddr,
        timeout: Option<Duration>,
    ) -> io::Result<Self> {
        let stream = socket::TcpStream::connect(handle.driver(), address)?;
        let stream = Self::new(stream, handle)?;
        stream.stream.block(Direction::Write, timeout, |stream| {
            stream.attempt(Direction::Write, socket::TcpStream::finish_connect)
        })?;
        Ok(stream)
    }

    pub(super) fn new(stream: socket::TcpStream, handle: &Handle<Thread>) -> io::Result<Self> {
        Ok(TcpStream {
            stream: Blocking::new(stream, handle)?,
            read_timeout: Cell::new(None),
            write_timeout: Cell::new(None),
        })
    }

    /// Receives without taking away.
    ///
    /// # Errors
    ///
    /// `TimedOut` after the read timeout; what the OS reports.
    pub fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_with(|stream| stream.attempt(Direction::Read, |stream| stream.peek(buffer)))
    }

    fn read_with<R>(
        &self,
        attempt: impl FnMut(&Registered<socket::TcpStream, Thread>) -> io::Result<R>,
    ) -> io::Result<R> {
        self.stream
            .block(Direction::Read, self.read_timeout.get(), attempt)
    }

    fn write_with<R>(
        &self,
        attempt: impl FnMut(&Registered<socket::TcpStream, Thread>) -> io::Result<R>,
    ) -> io::Result<R> {
        self.stream
            .block(Direction::Write, self.write_timeout.get(), attempt)
    }

    /// How long one read may wait.
    pub fn read_timeout(&self) -> Option<Duration> {
        self.read_timeout.get()
    }

    /// How long one write may wait.
    pub fn write_timeout(&self) -> Option<Duration> {
        self.write_timeout.get()
    }

    /// Sets how long one read may wait; `None`: for ever. After it, a read is an error (`TimedOut`).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is zero.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        refuse_zero(timeout)?;
        self.read_timeout.set(timeout);
        Ok(())
    }

    /// Sets how long one write may wait; `None`: for ever. After it, a write is an error (`TimedOut`).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is zero.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        refuse_zero(timeout)?;
        self.write_timeout.set(timeout);
        Ok(())
    }

    /// Closes one or both directions.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.stream.get().shutdown(how)
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get().peer_addr()
    }

    /// Whether small writes are sent at once.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.stream.get().nodelay()
    }

    /// Sets whether small writes are sent at once.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.stream.get().set_nodelay(nodelay)
    }
}

impl Read for &TcpStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_with(|stream| {
            stream.attempt_stream(Direction::Read, buffer.len(), |stream| stream.read(buffer))
        })
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let wanted = buffers.iter().map(|buffer| buffer.len()).sum();
        self.read_with(|stream| {
            stream.attempt_stream(Direction::Read, wanted, |stream| {
                stream.read_vectored(buffers)
            })
        })
    }
}

impl Write for &TcpStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_with(|stream| {
            stream.attempt_stream(Direction::Write, bytes.len(), |stream| stream.write(bytes))
        })
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        let wanted = buffers.iter().map(|buffer| buffer.len()).sum();
        self.write_with(|stream| {
            stream.attempt_stream(Direction::Write, wanted, |stream| {
                stream.write_vectored(buffers)
            })
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for TcpStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&mut &*self).read(buffer)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        (&mut &*self).read_vectored(buffers)
    }
}

impl Write for TcpStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&mut &*self).write(bytes)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        (&mut &*self).write_vectored(buffers)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
