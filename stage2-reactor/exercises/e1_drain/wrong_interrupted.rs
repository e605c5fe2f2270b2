//! Caught by: an_interrupted_read_is_tried_again
//!
//! "Whatever is not `WouldBlock` is an error." A signal that arrives during the system call is none: nothing has been read, and
//! nothing is wrong with the socket.

use std::io::{self, ErrorKind, Read};

#[derive(Debug, PartialEq, Eq)]
enum Drained {
    Open,
    Closed,
}

fn drain(socket: &mut impl Read, received: &mut Vec<u8>) -> io::Result<Drained> {
    let mut buffer = [0; 16];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return Ok(Drained::Closed),
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Drained::Open),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod check;
