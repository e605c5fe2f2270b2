//! UDP: datagrams, each for itself.

use std::future::poll_fn;
use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll};

use stage2_reactor::{Direction, Registered, socket};

use super::address::{Target, ToSocketAddrs, first_that_works, no_address, resolve};
use super::operation::{Source, poll_operation, poll_ready};
use crate::context;

/// A UDP socket.
///
/// A datagram that is longer than the buffer it is received into is cut (an error on Windows).
///
/// # Examples
///
/// ```
/// use stage3_executor::{Executor, net::UdpSocket};
///
/// Executor::new()?.block_on(async {
///     let one = UdpSocket::bind("127.0.0.1:0").await?;
///     let other = UdpSocket::bind("127.0.0.1:0").await?;
///     one.send_to(b"ping", other.local_addr()?).await?;
///     let mut buffer = [0; 16];
///     let (length, from) = other.recv_from(&mut buffer).await?;
///     assert_eq!((&buffer[..length], from), (&b"ping"[..], one.local_addr()?));
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct UdpSocket {
    source: Source<socket::UdpSocket>,
}

impl UdpSocket {
    /// A socket at the first of the addresses that can be had; port 0 lets the OS choose a port.
    ///
    /// # Errors
    ///
    /// That of the last address tried, such as `AddrInUse`; if there is no runtime here.
    pub async fn bind(addresses: impl ToSocketAddrs) -> io::Result<UdpSocket> {
        let home = context::current()?;
        let socket = first_that_works(addresses, |address| {
            socket::UdpSocket::bind(home.driver(), address)
        })
        .await?;
        let source = Registered::new(socket, &home)?;
        Ok(UdpSocket { source })
    }

    /// Takes over a socket of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here, or only a simulated one.
    pub fn from_std(socket: net::UdpSocket) -> io::Result<UdpSocket> {
        let home = context::current()?;
        let socket = socket::UdpSocket::from_std(home.driver(), socket)?;
        let source = Registered::new(socket, &home)?;
        Ok(UdpSocket { source })
    }

    /// Fixes the other end, for `send` and `recv`: the first of the addresses that the OS takes.
    /// Nothing is sent.
    ///
    /// # Errors
    ///
    /// That of the last address tried.
    pub async fn connect(&self, addresses: impl ToSocketAddrs) -> io::Result<()> {
        first_that_works(addresses, |address| self.source.get().connect(address)).await
    }

    /// Sends one datagram to the first of the addresses; returns its length.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as that it is too long; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, nothing has been sent.
    pub async fn send_to(&self, datagram: &[u8], target: impl ToSocketAddrs) -> io::Result<usize> {
        let target = match target.to_target()? {
            Target::Address(address) => address,
            _ => *resolve(target).await?.first().ok_or_else(no_address)?,
        };
        poll_fn(|cx| self.poll_send_to(cx, datagram, target)).await
    }

    /// The polling form of [`send_to`](Self::send_to).
    ///
    /// # Errors
    ///
    /// As `send_to`.
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        datagram: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Write, cx, || {
            self.try_send_to(datagram, target)
        })
    }

    /// One attempt to send a datagram to `target`.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; as [`send_to`](Self::send_to).
    pub fn try_send_to(&self, datagram: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.source
            .attempt(Direction::Write, |socket| socket.send_to(datagram, target))
    }

    /// Sends one datagram to the [connected](Self::connect) address; returns its length.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as `send_to`.
    pub async fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_send(cx, datagram)).await
    }

    /// The polling form of [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to).
    pub fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Write, cx, || {
            self.try_send(datagram)
        })
    }

    /// One attempt to send a datagram to the connected address.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; as [`send_to`](Self::send_to).
    pub fn try_send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.source
            .attempt(Direction::Write, |socket| socket.send(datagram))
    }

    /// Waits for the next datagram; returns its length and where it came from.
    ///
    /// # Errors
    ///
    /// What the OS reports; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, no datagram has been taken.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        poll_fn(|cx| self.poll_recv_from(cx, buffer)).await
    }

    /// The polling form of [`recv_from`](Self::recv_from).
    ///
    /// # Errors
    ///
    /// As `recv_from`.
    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        poll_operation(&self.source, Direction::Read, cx, || {
            self.try_recv_from(buffer)
        })
    }

    /// One attempt to take a datagram.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; as [`recv_from`](Self::recv_from).
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.source
            .attempt(Direction::Read, |socket| socket.recv_from(buffer))
    }

    /// Waits for the next datagram from the [connected](Self::connect) address; returns its length.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, as `recv_from`.
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_recv(cx, buffer)).await
    }

    /// The polling form of [`recv`](Self::recv).
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    pub fn poll_recv(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        poll_operation(&self.source, Direction::Read, cx, || self.try_recv(buffer))
    }

    /// One attempt to take a datagram from the connected address.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; as [`recv_from`](Self::recv_from).
    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source
            .attempt(Direction::Read, |socket| socket.recv(buffer))
    }

    /// Waits for the next datagram and looks at it without taking it away.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        poll_fn(|cx| {
            poll_operation(&self.source, Direction::Read, cx, || {
                self.source
                    .attempt(Direction::Read, |socket| socket.peek_from(buffer))
            })
        })
        .await
    }

    /// As [`peek_from`](Self::peek_from), without the address: the length of the next datagram.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.peek_from(buffer).await?.0)
    }

    /// Waits until there may be a datagram, for [`try_recv_from`](Self::try_recv_from).
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

    /// Waits until there may be room, for [`try_send_to`](Self::try_send_to).
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

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the OS reports. The same is true of all that follow.
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

    /// Whether it may send to broadcast addresses.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn broadcast(&self) -> io::Result<bool> {
        self.source.get().broadcast()
    }

    /// Sets whether it may send to broadcast addresses.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        self.source.get().set_broadcast(broadcast)
    }

    /// The time to live of its datagrams. Each router on the way takes one off, and drops the datagram at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        self.source.get().ttl()
    }

    /// Sets the time to live of its datagrams, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.source.get().set_ttl(ttl)
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
