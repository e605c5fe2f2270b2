//! Simulated Unix-domain sockets, with the methods of mio's.

use super::listener::Backlog;
use super::network::{Address, Socket, SocketKind};
use super::port::{Driver, Port};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::SocketAddr;
use std::path::Path;

/// A simulated `mio::net::UnixListener`. Its path is a name only; no file is made.
#[derive(Debug)]
pub(crate) struct UnixListener(Port);

fn listens_at(socket: &Socket, path: &Path) -> bool {
    let here = matches!(&socket.local, Address::Path(local) if local == path);
    here && matches!(socket.kind, SocketKind::Listener(_))
}

impl UnixListener {
    pub(crate) fn bind(driver: &Driver, path: &Path) -> io::Result<Self> {
        let port = driver.port(|network| {
            if network.find(|socket| listens_at(socket, path)).is_some() {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            let local = Address::Path(path.to_owned());
            Ok(network.add(local, SocketKind::Listener(Backlog::default())))
        })?;
        Ok(UnixListener(port))
    }

    pub(crate) fn port(&self) -> &Port {
        &self.0
    }

    pub(crate) fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let key = self.0.network().accept(self.0.key())?;
        let stream = UnixStream(self.0.sibling(key));
        let address = stream.peer_addr()?;
        Ok((stream, address))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local().unix()
    }

    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        Ok(None)
    }
}

/// A simulated `mio::net::UnixStream`.
#[derive(Debug)]
pub(crate) struct UnixStream(Port);

impl UnixStream {
    pub(crate) fn connect(driver: &Driver, path: &Path) -> io::Result<Self> {
        let port = driver.port(|network| {
            let listener = network.find(|socket| listens_at(socket, path));
            if listener.is_none() {
                return Err(io::ErrorKind::NotFound.into());
            }
            network.connect(Address::Unnamed, Address::Path(path.to_owned()), listener)
        })?;
        Ok(UnixStream(port))
    }

    pub(crate) fn pair(driver: &Driver) -> io::Result<(Self, Self)> {
        let (one, other) = driver.network().pair();
        Ok((
            UnixStream(driver.port_of(one)),
            UnixStream(driver.port_of(other)),
        ))
    }

    pub(crate) fn port(&self) -> &Port {
        &self.0
    }

    pub(crate) fn finish_connect(&self) -> io::Result<()> {
        self.0.network().stream(self.0.key()).connected()
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.network().shut_down(self.0.key(), how)
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local().unix()
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.network().stream(self.0.key()).remote.unix()
    }

    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        Ok(None)
    }
}

impl Read for &UnixStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.network().read(self.0.key(), buffer, true)
    }
}

impl Write for &UnixStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.network().write(self.0.key(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
