//! A UDP socket.

use crate::driver::{self, Driver};
use std::io;
use std::net::{self, SocketAddr};

#[cfg(feature = "simulation")]
use crate::{driver::foreign, simulation};

/// A UDP socket: datagrams that arrive whole or not at all.
#[derive(Debug)]
pub struct UdpSocket(Kind);

#[derive(Debug)]
enum Kind {
    Os(mio::net::UdpSocket),
    #[cfg(feature = "simulation")]
    Simulated(simulation::UdpSocket),
}

impl_socket!(UdpSocket);

impl UdpSocket {
    /// Binds to `address`. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as an address that is in use.
    pub fn bind(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        Ok(UdpSocket(match &driver.0 {
            driver::Kind::Os(_) => Kind::Os(mio::net::UdpSocket::bind(address)?),
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                Kind::Simulated(simulation::UdpSocket::bind(driver, address)?)
            }
        }))
    }

    /// Takes over a socket of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses, or if the driver is a simulated one.
    pub fn from_std(driver: &Driver, socket: net::UdpSocket) -> io::Result<Self> {
        match &driver.0 {
            driver::Kind::Os(_) => {
                socket.set_nonblocking(true)?;
                Ok(UdpSocket(Kind::Os(mio::net::UdpSocket::from_std(socket))))
            }
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(_) => Err(foreign()),
        }
    }

    /// Sets where [`send`](Self::send) sends to, and from whom alone [`recv`](Self::recv) receives.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn connect(&self, address: SocketAddr) -> io::Result<()> {
        with_socket!(&self.0, socket => socket.connect(address))
    }

    /// Sends one datagram to `target`.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; what the OS reports.
    pub fn send_to(&self, datagram: &[u8], target: SocketAddr) -> io::Result<usize> {
        with_socket!(&self.0, socket => socket.send_to(datagram, target))
    }

    /// Sends one datagram to where the socket is connected to.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; what the OS reports.
    pub fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        with_socket!(&self.0, socket => socket.send(datagram))
    }

    /// Receives one datagram; what does not fit into `buffer` is lost.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if none has arrived; what the OS reports. The same is true of the three below.
    pub fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        with_socket!(&self.0, socket => socket.recv_from(buffer))
    }

    /// Receives one datagram from where the socket is connected to.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    pub fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        with_socket!(&self.0, socket => socket.recv(buffer))
    }

    /// Receives one datagram without taking it away.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    pub fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        with_socket!(&self.0, socket => socket.peek_from(buffer))
    }

    /// Receives one datagram from where the socket is connected to, without taking it away.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    pub fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        with_socket!(&self.0, socket => socket.peek(buffer))
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        with_socket!(&self.0, socket => socket.local_addr())
    }

    /// The address that it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        with_socket!(&self.0, socket => socket.peer_addr())
    }

    /// Whether it may send to a broadcast address.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn broadcast(&self) -> io::Result<bool> {
        with_socket!(&self.0, socket => socket.broadcast())
    }

    /// Sets whether it may send to a broadcast address.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        with_socket!(&self.0, socket => socket.set_broadcast(broadcast))
    }

    /// The time to live of its datagrams. Each router on the way takes one off, and drops the datagram at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        with_socket!(&self.0, socket => socket.ttl())
    }

    /// Sets the time to live of its datagrams, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        with_socket!(&self.0, socket => socket.set_ttl(ttl))
    }

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// If the OS cannot be asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        with_socket!(&self.0, socket => socket.take_error())
    }
}
