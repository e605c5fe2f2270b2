//! Taking Unix-domain connections.

use std::future::poll_fn;
use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;
use std::task::{Context, Poll};

use stage2_reactor::socket::{self, Acceptor};

use super::UnixStream;
use crate::context;
use crate::net::operation::poll_accept;
use crate::reactor::TaskWaker;

/// A Unix-domain socket that takes connections. The file at its path stays when it is dropped.
#[derive(Debug)]
pub struct UnixListener {
    acceptor: Acceptor<socket::UnixListener, TaskWaker>,
}

impl UnixListener {
    /// Makes a socket at `path` and listens there.
    ///
    /// # Errors
    ///
    /// Such as `AddrInUse` if `path` exists; if there is no runtime here.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixListener> {
        let home = context::current()?;
        let listener = socket::UnixListener::bind(home.driver(), path)?;
        let acceptor = Acceptor::new(listener, &home)?;
        Ok(UnixListener { acceptor })
    }

    /// Takes over a listener of std's; makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the OS refuses; if there is no runtime here, or only a simulated one.
    pub fn from_std(listener: net::UnixListener) -> io::Result<UnixListener> {
        let home = context::current()?;
        let listener = socket::UnixListener::from_std(home.driver(), listener)?;
        let acceptor = Acceptor::new(listener, &home)?;
        Ok(UnixListener { acceptor })
    }

    /// Waits for the next connection, as [`TcpListener::accept`](crate::net::TcpListener::accept).
    ///
    /// # Errors
    ///
    /// If the listener itself is broken; if the reactor has shut down.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if it is dropped before it is done, no connection has been taken.
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    /// The polling form of [`accept`](Self::accept).
    ///
    /// # Errors
    ///
    /// As `accept`.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        poll_accept(&self.acceptor, cx)
    }

    /// The address that it listens at.
    ///
    /// # Errors
    ///
    /// What the OS reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.acceptor.get().local_addr()
    }
}
