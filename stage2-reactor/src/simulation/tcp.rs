//! Simulated TCP sockets, with the methods of mio's.

use super::listener::Backlog;
use super::network::{Address, Key, Network, Socket, SocketKind};
use super::port::{Driver, Port};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};

/// A simulated `mio::net::TcpListener`.
#[derive(Debug)]
pub(crate) struct TcpListener(Port);

fn is_listener(socket: &Socket) -> bool {
    matches!(socket.kind, SocketKind::Listener(_))
}

impl TcpListener {
    pub(crate) fn bind(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        let port = driver.port(|network| {
            let local = network.bind(address, is_listener)?;
            Ok(network.add(local, SocketKind::Listener(Backlog::default())))
        })?;
        Ok(TcpListener(port))
    }

    pub(crate) fn port(&self) -> &Port {
        &self.0
    }

    pub(crate) fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let key = self.0.network().accept(self.0.key())?;
        let stream = TcpStream(self.0.sibling(key));
        let address = stream.peer_addr()?;
        Ok((stream, address))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local().ip()
    }

    pub(crate) fn ttl(&self) -> io::Result<u32> {
        Ok(self.0.options(|options| options.ttl))
    }

    pub(crate) fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.options(|options| options.ttl = ttl);
        Ok(())
    }

    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        Ok(None)
    }
}

/// A simulated `mio::net::TcpStream`.
#[derive(Debug)]
pub(crate) struct TcpStream(Port);

/// Who listens at `address`.
fn listener_at(network: &Network, address: SocketAddr) -> Option<Key> {
    network.find(|socket| is_listener(socket) && socket.local.reaches(address))
}

impl TcpStream {
    pub(crate) fn connect(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        let port = driver.port(|network| {
            let local = network.ephemeral(address)?;
            let listener = listener_at(network, address);
            network.connect(local, Address::Ip(address), listener)
        })?;
        Ok(TcpStream(port))
    }

    pub(crate) fn port(&self) -> &Port {
        &self.0
    }

    pub(crate) fn finish_connect(&self) -> io::Result<()> {
        self.0.network().stream(self.0.key()).connected()
    }

    pub(crate) fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.network().read(self.0.key(), buffer, false)
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.network().shut_down(self.0.key(), how)
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local().ip()
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.network().stream(self.0.key()).remote.ip()
    }

    pub(crate) fn nodelay(&self) -> io::Result<bool> {
        Ok(self.0.options(|options| options.nodelay))
    }

    pub(crate) fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.0.options(|options| options.nodelay = nodelay);
        Ok(())
    }

    pub(crate) fn ttl(&self) -> io::Result<u32> {
        Ok(self.0.options(|options| options.ttl))
    }

    pub(crate) fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.options(|options| options.ttl = ttl);
        Ok(())
    }

    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        Ok(None)
    }
}

impl Read for &TcpStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.network().read(self.0.key(), buffer, true)
    }
}

impl Write for &TcpStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.network().write(self.0.key(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
