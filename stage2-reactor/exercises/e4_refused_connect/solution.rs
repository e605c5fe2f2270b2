//! Exercise 2.4: when is a connection made?
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

use std::io::{self, ErrorKind};
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
    // starter| todo!("has it failed? does it stand? or was the event about nothing?")
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
    // starter end
}

#[cfg(test)]
mod check;
