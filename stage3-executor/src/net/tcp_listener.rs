//! Taking TCP connections.

use std::future::poll_fn;
use std::io;
use std::net::{self, SocketAddr};
use std::task::{Context, Poll};

use stage2_reactor::socket::{self, Acceptor};

use super::TcpStream;
use super::address::{ToSocketAddrs, first_that_works};
use super::operation::poll_accept;
use crate::context;
use crate::reactor::{Handle, TaskWaker};

/// A TCP socket that takes connections.
///
/// A server should outlive clients that go away in the queue, and moments without free file
/// descriptors: what is done then stands in [`socket::Acceptor`].
#[derive(Debug)]
pub struct TcpListener {
    acceptor: Acceptor<socket::TcpListener, TaskWaker>,
}

impl TcpListener {
    /// Listens at the first of the addresses that can be had; port 0 lets the OS choose a port.
    /// It waits only if it must look up a name.
    ///
    /// # Errors
    ///
    /// That of the last address tried, such as `AddrInUse`; if there is no runtime here.
    pub async fn bind(addresses: impl ToSocketAddrs) -> io::Result<TcpListener> {
        let home = context::current()?;
        let listener = first_that_works(addresses, |address| {
            socket::TcpListener::bind(home.driver(), address)
        })
        .await?;
        TcpListener::new(listener, &home)
    }

    /// Takes over a listener of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here, or only a simulated one.
    pub fn from_std(listener: net::TcpListener) -> io::Result<TcpListener> {
        let home = context::current()?;
        TcpListener::new(
            socket::TcpListener::from_std(home.driver(), listener)?,
            &home,
        )
    }

    fn new(listener: socket::TcpListener, home: &Handle) -> io::Result<Self> {
        let acceptor = Acceptor::new(listener, home)?;
        Ok(TcpListener { acceptor })
    }

    /// Waits for the next connection. Its home is the reactor that is current where this is polled,
    /// so connections spread over the threads that accept them.
    ///
    /// # Errors
    ///
    /// If the listener itself is broken; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, no connection has been taken.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    /// The polling form of [`accept`](Self::accept).
    ///
    /// # Errors
    ///
    /// As `accept`.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        poll_accept(&self.acceptor, cx)
    }

    /// The address that it listens at.
    ///
    /// # Errors
    ///
    /// What the OS reports. The same is true of all that follow.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.acceptor.get().local_addr()
    }

    /// The time to live of its packets. Each router on the way takes one off, and drops the packet at 0.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn ttl(&self) -> io::Result<u32> {
        self.acceptor.get().ttl()
    }

    /// Sets the time to live of its packets, see [`ttl`](Self::ttl).
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.acceptor.get().set_ttl(ttl)
    }
}
