//! Unix-domain datagrams.

use std::future::poll_fn;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

use stage2_reactor::{Direction, Registered, socket};

use crate::context;
use crate::net::operation::{Source, poll_operation, poll_ready};
use crate::reactor::Handle;

/// A Unix-domain socket for datagrams. They arrive whole and in order. Without room for another one, Linux lets the sender
/// wait (`WouldBlock`); macOS gives it an error (`ENOBUFS`), and does not say when there is room.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, net::UnixDatagram};
///
/// Executor::new()?.block_on(async {
///     let (one, other) = UnixDatagram::pair()?;
///     one.send(b"ping").await?;
///     let mut buffer = [0; 16];
///     assert_eq!(other.recv(&mut buffer).await?, 4);
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct UnixDatagram {
    source: Source<socket::UnixDatagram>,
}

impl UnixDatagram {
    fn new(socket: socket::UnixDatagram, home: &Handle) -> io::Result<Self> {
        let source = Registered::new(socket, home)?;
        Ok(UnixDatagram { source })
    }

    /// Makes a socket at `path`. The file stays when it is dropped.
    ///
    /// # Errors
    ///
    /// Such as `AddrInUse` if `path` exists; if there is no runtime here, or only a simulated one. The latter is
    /// true of all that make sockets.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixDatagram> {
        let home = context::current()?;
        UnixDatagram::new(socket::UnixDatagram::bind(home.driver(), path)?, &home)
    }

    /// Makes a socket that has no path: it can send, and nobody can send to it.
    ///
    /// # Errors
    ///
    /// If the OS refuses.
    pub fn unbound() -> io::Result<UnixDatagram> {
        let home = context::current()?;
        UnixDatagram::new(socket::UnixDatagram::unbound(home.driver())?, &home)
    }

    /// Two sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// If the OS refuses.
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let home = context::current()?;
        let (one, other) = socket::UnixDatagram::pair(home.driver())?;
        Ok((
            UnixDatagram::new(one, &home)?,
            UnixDatagram::new(other, &home)?,
        ))
    }

    /// Takes over a socket of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses.
    pub fn from_std(socket: net::UnixDatagram) -> io::Result<UnixDatagram> {
        let home = context::current()?;
        let socket = socket::UnixDatagram::from_std(home.driver(), socket)?;
        UnixDatagram::new(socket, &home)
    }

    /// Fixes the other end, for `send` and `recv`.
    ///
    /// # Errors
    ///
    /// Such as `NotFound` or `ConnectionRefused`.
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.source.get().connect(path)
    }

    /// Sends one datagram to the socket at `path`; returns its length.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as that it is too long; if the reactor has shut down. The same is true of all that
    /// send or receive.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, nothing has been sent.
    pub async fn send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        let path = path.as_ref();
        poll_fn(|cx| {
            poll_operation(&self.source, Direction::Write, cx, || {
                self.try_send_to(datagram, path)
            })
        })
        .await
    }

    /// One attempt to send a datagram to the socket at `path`.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; as [`send_to`](Self::send_to).
    pub fn try_send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.source
            .attempt(Direction::Write, |socket| socket.send_to(datagram, &path))
    }

    /// Sends one datagram to the [connected](Self::connect) socket; returns its length.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as `send_to`.
    pub async fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        poll_fn(|cx| {
            poll_operation(&self.source, Direction::Write, cx, || {
                self.try_send(datagram)
            })
        })
        .await
    }

    /// One attempt to send a datagram to the connected socket.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; as [`send_to`](Self::send_to).
    pub fn try_send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.source
            .attempt(Direction::Write, |socket| socket.send(datagram))
    }

    /// Waits for the next datagram; returns its length and where it came from. What does not fit into `buffer` is lost.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, no datagram has been taken.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        poll_fn(|cx| {
            poll_operation(&self.source, Direction::Read, cx, || {
                self.try_recv_from(buffer)
            })
        })
        .await
    }

    /// One attempt to take a datagram.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; as [`send_to`](Self::send_to).
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.source
            .attempt(Direction::Read, |socket| socket.recv_from(buffer))
    }

    /// As [`recv_from`](Self::recv_from), without the address.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as `recv_from`.
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| poll_operation(&self.source, Direction::Read, cx, || self.try_recv(buffer)))
            .await
    }

    /// One attempt to take a datagram, without its address.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; as [`send_to`](Self::send_to).
    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source
            .attempt(Direction::Read, |socket| socket.recv(buffer))
    }

    /// Waits until there may be a datagram, for [`try_recv`](Self::try_recv).
    ///
    /// # Errors
    ///
    /// If the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn readable(&self) -> io::Result<()> {
        poll_fn(|cx| poll_ready(&self.source, Direction::Read, cx)).await
    }

    /// Waits until there may be room, for [`try_send`](Self::try_send).
    ///
    /// # Errors
    ///
    /// If the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn writable(&self) -> io::Result<()> {
        poll_fn(|cx| poll_ready(&self.source, Direction::Write, cx)).await
    }

    /// Closes one or both directions.
    ///
    /// # Errors
    ///
    /// What the OS reports. The same is true of all that follow.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.source.get().shutdown(how)
    }

    /// The address of this end; it has a path if the socket was bound.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().local_addr()
    }

    /// The address of the other end, if it is connected.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().peer_addr()
    }

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.source.get().take_error()
    }
}
