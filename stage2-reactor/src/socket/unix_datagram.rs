//! Datagrams through Unix-domain sockets, within one machine.
//!
//! Of the OS only: a simulated world has no files for them to stand at.

use crate::driver::Driver;
use crate::{Pollable, Socket};
use std::io;
use std::net::Shutdown;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

/// A Unix-domain socket for datagrams, which arrive whole and in order.
#[derive(Debug)]
pub struct UnixDatagram(mio::net::UnixDatagram);

impl Socket for UnixDatagram {
    fn pollable(&mut self) -> Pollable<'_> {
        Pollable::os(&mut self.0)
    }
}

/// What the OS has made, unless the driver could not watch it.
fn made(
    driver: &Driver,
    make: impl FnOnce() -> io::Result<mio::net::UnixDatagram>,
) -> io::Result<UnixDatagram> {
    #[cfg(feature = "simulation")]
    if driver.is_simulated() {
        return Err(crate::driver::foreign());
    }
    let _ = driver;
    make().map(UnixDatagram)
}

impl UnixDatagram {
    /// Makes a socket at `path`.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as a path that exists; if the driver is a simulated one. The latter is true
    /// of all that make sockets.
    pub fn bind(driver: &Driver, path: impl AsRef<Path>) -> io::Result<Self> {
        made(driver, || mio::net::UnixDatagram::bind(path))
    }

    /// Makes a socket that has no path: it can send, but nobody can send to it.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn unbound(driver: &Driver) -> io::Result<Self> {
        made(driver, mio::net::UnixDatagram::unbound)
    }

    /// Two sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn pair(driver: &Driver) -> io::Result<(Self, Self)> {
        let mut other = None;
        let one = made(driver, || {
            let (one, second) = mio::net::UnixDatagram::pair()?;
            other = Some(UnixDatagram(second));
            Ok(one)
        })?;
        Ok((one, other.expect("invariant: both are made, or none")))
    }

    /// Takes over a socket of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses.
    pub fn from_std(driver: &Driver, socket: net::UnixDatagram) -> io::Result<Self> {
        made(driver, || {
            socket.set_nonblocking(true)?;
            Ok(mio::net::UnixDatagram::from_std(socket))
        })
    }

    /// Sets where [`send`](Self::send) sends to, and from whom alone something is received.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.0.connect(path)
    }

    /// Sends one datagram to the socket at `path`.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; what the OS reports.
    pub fn send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.0.send_to(datagram, path)
    }

    /// Sends one datagram to where the socket is connected to.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is no room; what the OS reports.
    pub fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.0.send(datagram)
    }

    /// Receives one datagram, and where it came from; what does not fit into `buffer` is lost.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; what the OS reports.
    pub fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.recv_from(buffer)
    }

    /// Receives one datagram; what does not fit into `buffer` is lost.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; what the OS reports.
    pub fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buffer)
    }

    /// Closes one or both directions.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.shutdown(how)
    }

    /// The address of this end; it has a path if the socket was bound.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// The address of the other end, if the socket is connected.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// If the OS cannot be asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.take_error()
    }
}
