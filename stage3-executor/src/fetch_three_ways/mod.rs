//! The same fetch, three ways: read these three files side by side, and the rest of this stage
//! follows.
//!
//! | | how it waits | where it keeps what it needs meanwhile |
//! |---|---|---|
//! | [`green`] | its stack is left as it is, and the thread goes elsewhere | on that stack |
//! | [`machine`] | `poll` returns `Pending` | in a state of an `enum`, written by hand |
//! | [`async_fn`] | `.await` | in a state of an `enum`, written by the compiler |
//!
//! The last two are the same thing: `tests/fetch_three_ways.rs` drives both through the same
//! connection, with all its accidents, and finds that each of their polls does the same.

pub mod async_fn;

pub mod green;

pub mod machine;

use std::io::ErrorKind::WouldBlock;
use std::mem;

use stage1_green_threads::program::{FetchError, ReplyParser};

use crate::net::TcpStream;

/// Reads once, if anything has come. Gives the body when the reply is complete.
///
/// The buffer lives on the stack of whoever polls, for the time of this call: a task that waits has
/// no need of one, so it is no part of either future.
fn receive(stream: &TcpStream, reply: &mut ReplyParser) -> Result<Option<Vec<u8>>, FetchError> {
    let mut buffer = [0; 1024];
    match stream.try_read(&mut buffer) {
        Ok(0) => mem::take(reply).finish().map(Some),
        Ok(count) => reply.push(&buffer[..count]),
        Err(error) if error.kind() == WouldBlock => Ok(None),
        Err(error) => Err(FetchError::from_io(error)),
    }
}
