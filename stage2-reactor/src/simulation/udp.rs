//! Simulated UDP sockets, with the methods of mio's.

use super::datagrams::{Mailbox, is_mailbox};
use super::network::SocketKind;
use super::port::{Driver, Port};
use std::io;
use std::net::SocketAddr;

/// A simulated `mio::net::UdpSocket`.
#[derive(Debug)]
pub(crate) struct UdpSocket(Port);

impl UdpSocket {
    pub(crate) fn bind(driver: &Driver, address: SocketAddr) -> io::Result<Self> {
        let port = driver.port(|network| {
            let local = network.bind(address, is_mailbox)?;
            Ok(network.add(local, SocketKind::Datagrams(Mailbox::default())))
        })?;
        Ok(UdpSocket(port))
    }

    pub(crate) fn port(&self) -> &Port {
        &self.0
    }

    pub(crate) fn connect(&self, address: SocketAddr) -> io::Result<()> {
        self.0.network().mailbox(self.0.key()).connected = Some(address);
        Ok(())
    }

    pub(crate) fn send_to(&self, datagram: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.0.network().send(self.0.key(), datagram, target)
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        let target = self.peer_addr()?;
        self.send_to(datagram, target)
    }

    pub(crate) fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.network().receive(self.0.key(), buffer, true)
    }

    pub(crate) fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.recv_from(buffer).map(|(count, _)| count)
    }

    pub(crate) fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.network().receive(self.0.key(), buffer, false)
    }

    pub(crate) fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.peek_from(buffer).map(|(count, _)| count)
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local().ip()
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        let connected = self.0.network().mailbox(self.0.key()).connected;
        connected.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    pub(crate) fn broadcast(&self) -> io::Result<bool> {
        Ok(self.0.options(|options| options.broadcast))
    }

    pub(crate) fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        self.0.options(|options| options.broadcast = broadcast);
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
