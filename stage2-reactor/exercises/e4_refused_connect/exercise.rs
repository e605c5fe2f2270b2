//! Exercise 2.4: when is a connection made?
#![allow(unused, reason = "until the exercise is done")]

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
    todo!("has it failed? does it stand? or was the event about nothing?")
}

#[cfg(test)]
mod check;
