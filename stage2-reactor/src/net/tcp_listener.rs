//! Accepting TCP connections in a green thread.

use super::{TcpStream, each_address};
use crate::blocking::Seat;
use crate::green;
use crate::socket::{self, Acceptor};
use stage1_green_threads::{Thread, current, park};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// A TCP listener, like [`std::net::TcpListener`].
///
/// It outlives a shortage of descriptors, and clients that have gone before they are accepted: see
/// [`Acceptor`].
#[derive(Debug)]
pub struct TcpListener {
    acceptor: Acceptor<socket::TcpListener, Thread>,
    accepting: Seat,
}

impl TcpListener {
    /// Binds to an address and listens. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Outside of [`run`](crate::run); what the OS reports, such as an address that is in use.
    pub fn bind(addresses: impl ToSocketAddrs) -> io::Result<Self> {
        let handle = green::handle()?;
        let listener = each_address(addresses, |address| {
            socket::TcpListener::bind(handle.driver(), address)
        })?;
        Ok(TcpListener {
            acceptor: Acceptor::new(listener, &handle)?,
            accepting: Seat::default(),
        })
    }

    /// Waits for the next connection, while other green threads run.
    ///
    /// # Errors
    ///
    /// Those that are not survived: see [`Acceptor::accept`].
    pub fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let _seated = self.accepting.take()?;
        let me = current();
        loop {
            if let Some((stream, address)) = self.acceptor.accept(&me)? {
                return Ok((TcpStream::new(stream, self.acceptor.handle())?, address));
            }
            park();
        }
    }

    /// The connections, one after the other.
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming(self)
    }

    /// The address that it listens on.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.acceptor.get().local_addr()
    }
}

/// The connections that a listener accepts. Never ends.
#[derive(Debug)]
pub struct Incoming<'a>(&'a TcpListener);

impl Iterator for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.accept().map(|(stream, _)| stream))
    }
}
