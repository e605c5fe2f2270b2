//! Sockets for green threads, with std's names: where std's block the OS thread, these park the green
//! thread.
//!
//! Of the green threads that share a socket (in an `Rc`), one at a time may wait to read and one to
//! write; a second gets an error rather than the first its wake-up.

mod tcp;
mod tcp_listener;
mod udp;

pub use tcp::TcpStream;
pub use tcp_listener::{Incoming, TcpListener};
pub use udp::UdpSocket;

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// Tries one address after the other, as std does. (Looking up a name blocks the OS thread.)
fn each_address<R>(
    addresses: impl ToSocketAddrs,
    mut attempt: impl FnMut(SocketAddr) -> io::Result<R>,
) -> io::Result<R> {
    let mut last = None;
    for address in addresses.to_socket_addrs()? {
        match attempt(address) {
            Ok(result) => return Ok(result),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the name stands for no address",
        )
    }))
}

/// As std: a time limit of zero could be met by nothing, and is taken for a mistake.
fn refuse_zero(timeout: Option<Duration>) -> io::Result<()> {
    if timeout == Some(Duration::ZERO) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a time limit of zero: use None for no limit",
        ));
    }
    Ok(())
}
