//! A Unix-domain socket that takes connections.

use super::{Accept, UnixStream};
use crate::driver::{self, Driver};
use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

#[cfg(feature = "simulation")]
use crate::{driver::foreign, simulation};

/// A Unix-domain socket that listens for connections.
#[derive(Debug)]
pub struct UnixListener(Kind);

#[derive(Debug)]
enum Kind {
    Os(mio::net::UnixListener),
    #[cfg(feature = "simulation")]
    Simulated(simulation::UnixListener),
}

impl_socket!(UnixListener);

impl UnixListener {
    /// Makes the socket at `path` and listens.
    ///
    /// # Errors
    ///
    /// What the OS reports, such as a path that exists.
    pub fn bind(driver: &Driver, path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(UnixListener(match &driver.0 {
            driver::Kind::Os(_) => Kind::Os(mio::net::UnixListener::bind(path)?),
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                Kind::Simulated(simulation::UnixListener::bind(driver, path.as_ref())?)
            }
        }))
    }

    /// Takes over a listener of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses, or if the driver is a simulated one.
    pub fn from_std(driver: &Driver, listener: net::UnixListener) -> io::Result<Self> {
        match &driver.0 {
            driver::Kind::Os(_) => {
                listener.set_nonblocking(true)?;
                let listener = mio::net::UnixListener::from_std(listener);
                Ok(UnixListener(Kind::Os(listener)))
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

    /// Takes the error that the OS has noted for this socket, if any.
    ///
    /// # Errors
    ///
    /// If the OS cannot be asked.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        with_socket!(&self.0, listener => listener.take_error())
    }
}

impl Accept for UnixListener {
    type Stream = UnixStream;
    type Address = SocketAddr;

    fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        match &self.0 {
            Kind::Os(listener) => {
                let (stream, address) = listener.accept()?;
                Ok((UnixStream::from_mio(stream), address))
            }
            #[cfg(feature = "simulation")]
            Kind::Simulated(listener) => {
                let (stream, address) = listener.accept()?;
                Ok((UnixStream::from_simulated(stream), address))
            }
        }
    }
}
