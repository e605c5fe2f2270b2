//! A connection through a Unix-domain socket, within one machine.

use super::receive::receive;
use crate::driver::{self, Driver};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

#[cfg(feature = "simulation")]
use {super::receive::receive_zeroed, crate::driver::foreign, crate::simulation};

/// A connection through a Unix-domain socket.
#[derive(Debug)]
pub struct UnixStream(Kind);

#[derive(Debug)]
enum Kind {
    Os(mio::net::UnixStream),
    #[cfg(feature = "simulation")]
    Simulated(simulation::UnixStream),
}

impl_socket!(UnixStream);
impl_stream!(UnixStream);

impl UnixStream {
    /// Starts to connect to the socket at `path`.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn connect(driver: &Driver, path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(UnixStream(match &driver.0 {
            driver::Kind::Os(_) => Kind::Os(mio::net::UnixStream::connect(path)?),
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                Kind::Simulated(simulation::UnixStream::connect(driver, path.as_ref())?)
            }
        }))
    }

    /// Two sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn pair(driver: &Driver) -> io::Result<(Self, Self)> {
        let (one, other) = match &driver.0 {
            driver::Kind::Os(_) => {
                let (one, other) = mio::net::UnixStream::pair()?;
                (Kind::Os(one), Kind::Os(other))
            }
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(driver) => {
                let (one, other) = simulation::UnixStream::pair(driver)?;
                (Kind::Simulated(one), Kind::Simulated(other))
            }
        };
        Ok((UnixStream(one), UnixStream(other)))
    }

    /// Takes over a connection of std's, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses, or if the driver is a simulated one.
    pub fn from_std(driver: &Driver, stream: net::UnixStream) -> io::Result<Self> {
        match &driver.0 {
            driver::Kind::Os(_) => {
                stream.set_nonblocking(true)?;
                Ok(Self::from_mio(mio::net::UnixStream::from_std(stream)))
            }
            #[cfg(feature = "simulation")]
            driver::Kind::Simulated(_) => Err(foreign()),
        }
    }

    pub(super) fn from_mio(stream: mio::net::UnixStream) -> Self {
        UnixStream(Kind::Os(stream))
    }

    #[cfg(feature = "simulation")]
    pub(super) fn from_simulated(stream: simulation::UnixStream) -> Self {
        UnixStream(Kind::Simulated(stream))
    }
}

/// A connect that has failed leaves an error; one that is still under way has no peer yet.
fn connected(stream: &mio::net::UnixStream) -> io::Result<()> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        Err(error) => Err(error),
    }
}
