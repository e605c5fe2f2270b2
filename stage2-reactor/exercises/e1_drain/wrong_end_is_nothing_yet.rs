//! Caught by: the_end_is_not_nothing_yet
//!
//! "No bytes: I shall be told when there are some." For a non-blocking socket, no bytes *yet* is an error (`WouldBlock`), and
//! zero bytes is the end.

use std::io::{self, ErrorKind, Read};

#[derive(Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "this answer never says `Closed`")]
enum Drained {
    Open,
    Closed,
}

fn drain(socket: &mut impl Read, received: &mut Vec<u8>) -> io::Result<Drained> {
    let mut buffer = [0; 16];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return Ok(Drained::Open),
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Drained::Open),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod check;
