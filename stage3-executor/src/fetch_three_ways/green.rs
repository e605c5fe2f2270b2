//! The fetch as a green thread runs it: plain code that waits.

use std::io::{Read, Write};
use std::net::SocketAddr;

use stage1_green_threads::program::{FetchError, ReplyParser, Request};
use stage2_reactor::net::TcpStream;

// region: fetch
/// Fetches the reply to `request`. Drops `unsent` as soon as the request is written.
///
/// # Errors
///
/// [`FetchError`] lists them.
pub fn fetch<U>(request: &Request, server: SocketAddr, unsent: U) -> Result<Vec<u8>, FetchError> {
    let mut stream = TcpStream::connect(server).map_err(FetchError::Connect)?;
    stream
        .write_all(&request.bytes())
        .map_err(FetchError::from_io)?;
    drop(unsent);
    let mut reply = ReplyParser::new();
    let mut buffer = [0; 1024];
    loop {
        let body = match stream.read(&mut buffer).map_err(FetchError::from_io)? {
            0 => return request.check(reply.finish()?),
            count => reply.push(&buffer[..count])?,
        };
        if let Some(body) = body {
            return request.check(body);
        }
    }
}
// endregion: fetch
