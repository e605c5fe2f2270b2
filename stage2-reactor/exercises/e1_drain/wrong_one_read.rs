//! Caught by: everything_that_is_there_is_read
//!
//! "I was told that the socket is readable, so I read." It works for small messages on a quiet day: one message, one event, one
//! read. It fails as soon as two messages come with one event.

use std::io::{self, ErrorKind, Read};

#[derive(Debug, PartialEq, Eq)]
enum Drained {
    Open,
    Closed,
}

fn drain(socket: &mut impl Read, received: &mut Vec<u8>) -> io::Result<Drained> {
    let mut buffer = [0; 1024];
    loop {
        return match socket.read(&mut buffer) {
            Ok(0) => Ok(Drained::Closed),
            Ok(count) => {
                received.extend_from_slice(&buffer[..count]);
                Ok(Drained::Open)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Drained::Open),
            Err(error) => Err(error),
        };
    }
}

#[cfg(test)]
mod check;
