//! Caught by: a_spurious_event_is_no_connection
//!
//! "It is writable, so it is connected", unless there is an error. Mostly so. But an event may come for no reason, and
//! whoever takes the socket for connected reports a connection that may yet be refused.

use std::io;
use std::net::SocketAddr;

/// What a socket can be asked while it connects. mio's `TcpStream` has these two methods.
trait Connecting {
    /// The error that the connection has run into, if there was one. The OS tells it *once*.
    fn take_error(&self) -> io::Result<Option<io::Error>>;

    #[allow(dead_code, reason = "this answer never asks")]
    /// Who is at the other end. An error of the kind `NotConnected` while there is nobody yet.
    fn peer_addr(&self) -> io::Result<SocketAddr>;
}

/// Called after the OS has reported that the socket is writable. `true`: the connection stands; `false`: not yet, wait on.
fn is_connected(socket: &impl Connecting) -> io::Result<bool> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    Ok(true)
}

#[cfg(test)]
mod check;
