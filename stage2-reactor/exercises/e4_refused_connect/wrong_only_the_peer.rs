//! Caught by: a_refused_connection_is_an_error
//!
//! "If somebody is at the other end, it stands; if not, not yet." A connection that was refused has nobody at the other
//! end either, and never will.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

/// What a socket can be asked while it connects. mio's `TcpStream` has these two methods.
trait Connecting {
    #[allow(dead_code, reason = "this answer never asks")]
    /// The error that the connection has run into, if there was one. The OS tells it *once*.
    fn take_error(&self) -> io::Result<Option<io::Error>>;

    /// Who is at the other end. An error of the kind `NotConnected` while there is nobody yet.
    fn peer_addr(&self) -> io::Result<SocketAddr>;
}

/// Called after the OS has reported that the socket is writable. `true`: the connection stands; `false`: not yet, wait on.
fn is_connected(socket: &impl Connecting) -> io::Result<bool> {
    match socket.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod check;
