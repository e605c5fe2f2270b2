//! Caught by: everything_that_is_there_is_read
//!
//! "Less than I asked for: then the socket must be empty." epoll's manual says so of streams, and it saves a system call. But not
//! everything that can be read is such a stream, and urgent data ends a read early. Also, the end of the connection may have come
//! with the last bytes: whoever does not read again is not told of it.

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
            Ok(count) => {
                received.extend_from_slice(&buffer[..count]);
                if count < buffer.len() {
                    return Ok(Drained::Open);
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Drained::Open),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod check;
