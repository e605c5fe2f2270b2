//! Datagrams for green threads.

use super::each_address;
use crate::blocking::Blocking;
use crate::{Direction, green, socket};
use std::cell::Cell;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// A UDP socket, like [`std::net::UdpSocket`].
#[derive(Debug)]
pub struct UdpSocket {
    socket: Blocking<socket::UdpSocket>,
    read_timeout: Cell<Option<Duration>>,
}

impl UdpSocket {
    /// Binds to an address. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Outside of [`run`](crate::run); what the OS reports, such as an address that is in use.
    pub fn bind(addresses: impl ToSocketAddrs) -> io::Result<Self> {
        let handle = green::handle()?;
        let socket = each_address(addresses, |address| {
            socket::UdpSocket::bind(handle.driver(), address)
        })?;
        Ok(UdpSocket {
            socket: Blocking::new(socket, &handle)?,
            read_timeout: Cell::new(None),
        })
    }

    /// Sets where [`send`](Self::send) sends to, and from whom alone [`recv`](Self::recv) receives.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn connect(&self, addresses: impl ToSocketAddrs) -> io::Result<()> {
        each_address(addresses, |address| self.socket.get().connect(address))
    }

    /// Sends one datagram to `target`, the first address if the name stands for several.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn send_to(&self, datagram: &[u8], target: impl ToSocketAddrs) -> io::Result<usize> {
        let target = each_address(target, Ok)?;
        self.socket.block(Direction::Write, None, |socket| {
            socket.attempt(Direction::Write, |socket| socket.send_to(datagram, target))
        })
    }

    /// Sends one datagram to where the socket is connected to.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.socket.block(Direction::Write, None, |socket| {
            socket.attempt(Direction::Write, |socket| socket.send(datagram))
        })
    }

    /// Waits for one datagram, while other green threads run; what does not fit is lost.
    ///
    /// # Errors
    ///
    /// `TimedOut` after the read timeout; what the OS reports. The same is true of [`recv`](Self::recv).
    pub fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.socket
            .block(Direction::Read, self.read_timeout.get(), |socket| {
                socket.attempt(Direction::Read, |socket| socket.recv_from(buffer))
            })
    }

    /// Waits for one datagram from where the socket is connected to.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    pub fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket
            .block(Direction::Read, self.read_timeout.get(), |socket| {
                socket.attempt(Direction::Read, |socket| socket.recv(buffer))
            })
    }

    /// Sets how long one receive may wait; `None`: for ever.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is zero.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        super::refuse_zero(timeout)?;
        self.read_timeout.set(timeout);
        Ok(())
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().local_addr()
    }

    /// The address that it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().peer_addr()
    }
}
