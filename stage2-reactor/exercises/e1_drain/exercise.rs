//! Exercise 2.1: read everything that is there.
#![allow(unused, clippy::ptr_arg, reason = "until the exercise is done")]

use std::io::{self, ErrorKind, Read};

/// What a reader knows when it has read everything that was there.
#[derive(Debug, PartialEq, Eq)]
enum Drained {
    /// Nothing more now. The next event tells when there is.
    Open,
    /// The other side has closed the connection: there will never be more.
    Closed,
}

/// Reads from a non-blocking socket all that it has, and appends it to `received`.
fn drain(socket: &mut impl Read, received: &mut Vec<u8>) -> io::Result<Drained> {
    todo!("read until the socket has nothing more, or has come to its end")
}

#[cfg(test)]
mod check;
