//! A TCP connection.

use super::receive::receive;
use crate::driver::{self, Driver};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::net::{self, Shutdown, SocketAddr};

#[cfg(feature = "simulation")]
use {super::receive::receive_zeroed, crate::driver::foreign, crate::simulation};

/// A TCP connection, or the attempt at one.
#[derive(Debug)]
pub struct TcpStream(Kind);

#[derive(Debug)]
enum Kind {
    Os(mio::net::TcpStream),
    #[cfg(feature = "simulation")]
    Simulated(simulation::TcpStream),
}

impl_socket!(TcpStream);
impl_stream!(TcpStream);

impl TcpStream {
    /// Starts to connect. The outcome is asked for with [`finish_connect`](Self::finish_connect).
    ///
    /// # Errors
    ///
    /// If the OS refuses at once.
    pub fn connect(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        Ok(TcpStream(match &driver.0 {
            driver::Kind::Os(_) => Kind::Os(mio::net::TcpStream::connect(address)?),
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                Kind::Simulated(simulation::TcpStream::connect(driver, address)?)
            }
        }))
    }

    /// Takes over a connection of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses, or if the driver is a simulated one.
    pub fn from_std(driver: &Driver, stream: net::TcpStream) -> io::Result<Self> {
        match &driver.0 {
            driver::Kind::Os(_) => {
                stream.set_nonblocking(true)?;
                Ok(Self::from_mio(mio::net::TcpStream::from_std(stream)))
            }
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(_) => Err(foreign()),
        }
    }

    pub(super) fn from_mio(stream: mio::net::TcpStream) -> Self {
        TcpStream(Kind::Os(stream))
    }

    #[cfg(feature = "simulation")]
    pub(super) fn from_simulated(stream: simulation::TcpStream) -> Self {
        TcpStream(Kind::Simulated(stream))
    }

    /// Receives without taking away.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        with_socket!(&self.0, stream => stream.peek(buffer))
    }

    /// Whether small writes are sent at once (Nagle's algorithm is off).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn nodelay(&self) -> io::Result<bool> {
        with_socket!(&self.0, stream => stream.nodelay())
    }

    /// Sets whether small writes are sent at once.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        with_socket!(&self.0, stream => stream.set_nodelay(nodelay))
    }

    /// The time to live of its packets. Each router on the way takes one off, and drops the packet at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        with_socket!(&self.0, stream => stream.ttl())
    }

    /// Sets the time to live of its packets, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        with_socket!(&self.0, stream => stream.set_ttl(ttl))
    }
}

/// A connect that has failed leaves an error; one that is still under way has no peer yet. Nor has one that
/// stood and was reset at once, and not every OS leaves an error for that: receiving tells.
fn connected(stream: &mio::net::TcpStream) -> io::Result<()> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => match stream.peek(&mut [0]) {
            // It has come to stand in between.
            Ok(_) if stream.peer_addr().is_ok() => Ok(()),
            Ok(_) => Err(io::ErrorKind::ConnectionReset.into()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Err(error),
            Err(_) => Err(io::ErrorKind::WouldBlock.into()),
        },
        #[cfg(unix)]
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        Err(error) => Err(error),
    }
}
