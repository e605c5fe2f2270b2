//! The fetch as an `async fn`: the green thread's code, with `.await` where it waits.

use std::net::SocketAddr;

use stage1_green_threads::program::{FetchError, ReplyParser, Request};

use super::receive;
use crate::net::TcpStream;

// region: fetch
/// Fetches the reply to `request`. Drops `unsent` as soon as the request is written, or the future
/// has come to its end before that.
///
/// # Errors
///
/// [`FetchError`] lists them.
///
/// # Cancel safety
///
/// Dropping it closes the connection.
pub async fn fetch<U>(
    request: &Request,
    server: SocketAddr,
    unsent: U,
) -> Result<Vec<u8>, FetchError> {
    let stream = TcpStream::connect(server)
        .await
        .map_err(FetchError::Connect)?;
    stream
        .write_all(&request.bytes())
        .await
        .map_err(FetchError::from_io)?;
    drop(unsent);
    let mut reply = ReplyParser::new();
    loop {
        stream.readable().await.map_err(FetchError::from_io)?;
        if let Some(body) = receive(&stream, &mut reply)? {
            return request.check(body);
        }
    }
}
// endregion: fetch
