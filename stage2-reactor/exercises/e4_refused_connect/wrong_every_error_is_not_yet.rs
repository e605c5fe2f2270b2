//! Caught by: another_error_is_passed_on
//!
//! "No address of a peer: not connected yet." One of the errors means that. With any other, such as a socket that has
//! been shut down meanwhile, nothing will ever come.

use std::io;
use std::net::SocketAddr;

/// What a socket can be asked while it connects. mio's `TcpStream` has these two methods.
trait Connecting {
    /// The error that the connection has run into, if there was one. The OS tells it *once*.
    fn take_error(&self) -> io::Result<Option<io::Error>>;

    /// Who is at the other end. An error of the kind `NotConnected` while there is nobody yet.
    fn peer_addr(&self) -> io::Result<SocketAddr>;
}

/// Called after the OS has reported that the socket is writable. `true`: the connection stands; `false`: not yet, wait on.
fn is_connected(socket: &impl Connecting) -> io::Result<bool> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Ok(_) => Ok(true),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod check;
