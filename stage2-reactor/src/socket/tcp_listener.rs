//! A TCP socket that takes connections.

use super::{Accept, TcpStream};
use crate::driver::{self, Driver};
use std::io;
use std::net::{self, SocketAddr};

#[cfg(feature = "simulation")]
use crate::{driver::foreign, simulation};

/// A TCP socket that listens for connections.
#[derive(Debug)]
pub struct TcpListener(Kind);

#[derive(Debug)]
enum Kind {
    Os(mio::net::TcpListener),
    #[cfg(feature = "simulation")]
    Simulated(simulation::TcpListener),
}

impl_socket!(TcpListener);

impl TcpListener {
    /// Binds to `address` and listens. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as an address that is in use.
    pub fn bind(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        Ok(TcpListener(match &driver.0 {
            driver::Kind::Os(_) => Kind::Os(mio::net::TcpListener::bind(address)?),
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                Kind::Simulated(simulation::TcpListener::bind(driver, address)?)
            }
        }))
    }

    /// Takes over a listener of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses, or if the driver is a simulated one.
    pub fn from_std(driver: &Driver, listener: net::TcpListener) -> io::Result<Self> {
        match &driver.0 {
            driver::Kind::Os(_) => {
                listener.set_nonblocking(true)?;
                let listener = mio::net::TcpListener::from_std(listener);
                Ok(TcpListener(Kind::Os(listener)))
            }
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(_) => Err(foreign()),
        }
    }

    /// The address that it listens on.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        with_socket!(&self.0, listener => listener.local_addr())
    }

    /// The time to live of its packets. Each router on the way takes one off, and drops the packet at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        with_socket!(&self.0, listener => listener.ttl())
    }

    /// Sets the time to live of its packets, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        with_socket!(&self.0, listener => listener.set_ttl(ttl))
    }

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// If the OS cannot be asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        with_socket!(&self.0, listener => listener.take_error())
    }
}

impl Accept for TcpListener {
    type Stream = TcpStream;
    type Address = SocketAddr;

    fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match &self.0 {
            Kind::Os(listener) => {
                let (stream, address) = listener.accept()?;
                Ok((TcpStream::from_mio(stream), address))
            }
            #[cfg(feature = "simulation")]
            Kind::Simulated(listener) => {
                let (stream, address) = listener.accept()?;
                Ok((TcpStream::from_simulated(stream), address))
            }
        }
    }
}
