//! The fetch as a state machine, written by hand: what the compiler makes of the `async fn`.
//!
//! ```text
//!     Start --> Connecting --> Sending --> Receiving --> Done
//!                 |    ^        |   ^       |     ^
//!                 +----+        +---+       +-----+
//!                 Pending: the state stays as it is, and the next poll comes back to it
//! ```
//!
//! A state holds what is needed from there on, and nothing else. Between two polls, the task *is*
//! this value: there is no stack, and no thread that would have to remember where it was.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use stage1_green_threads::program::{FetchError, ReplyParser, Request};

use super::receive;
use crate::net::TcpStream;

// region: states
/// The future that [`fetch`] returns.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Fetch<'request, U> {
    request: &'request Request,
    state: State<U>,
}

#[derive(Debug)]
enum State<U> {
    /// Nothing has been done: whom to connect to.
    Start(SocketAddr, U),
    Connecting(TcpStream, U),
    /// The bytes are those that are still to be written.
    Sending(TcpStream, U, Vec<u8>),
    Receiving(TcpStream, ReplyParser),
    /// Nothing is left. Polling again is a mistake of the caller's.
    Done,
}
// endregion: states

/// Fetches the reply to `request`. Drops `unsent` as soon as the request is written, or the future
/// has come to its end before that.
pub fn fetch<U: Unpin>(request: &Request, server: SocketAddr, unsent: U) -> Fetch<'_, U> {
    Fetch {
        request,
        state: State::Start(server, unsent),
    }
}

// region: poll
impl<U: Unpin> Future for Fetch<'_, U> {
    type Output = Result<Vec<u8>, FetchError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            // The state is taken out; whoever must wait puts it back. An error leaves `Done`.
            self.state = match mem::replace(&mut self.state, State::Done) {
                State::Start(server, unsent) => {
                    let stream = TcpStream::start_connect(server).map_err(FetchError::Connect)?;
                    State::Connecting(stream, unsent)
                }
                State::Connecting(stream, unsent) => match stream.poll_connected(cx) {
                    Poll::Pending => return self.wait_in(State::Connecting(stream, unsent)),
                    Poll::Ready(connected) => {
                        connected.map_err(FetchError::Connect)?;
                        State::Sending(stream, unsent, self.request.bytes())
                    }
                },
                State::Sending(stream, unsent, mut bytes) => match stream.poll_write(cx, &bytes) {
                    Poll::Pending => return self.wait_in(State::Sending(stream, unsent, bytes)),
                    Poll::Ready(written) => {
                        bytes.drain(..some(written)?);
                        sent_or_not(stream, unsent, bytes)
                    }
                },
                State::Receiving(stream, mut reply) => match stream.poll_read_ready(cx) {
                    Poll::Pending => return self.wait_in(State::Receiving(stream, reply)),
                    Poll::Ready(ready) => {
                        ready.map_err(FetchError::from_io)?;
                        if let Some(body) = receive(&stream, &mut reply)? {
                            return Poll::Ready(self.request.check(body));
                        }
                        State::Receiving(stream, reply)
                    }
                },
                State::Done => panic!("polled after it was done"),
            }
        }
    }
}
// endregion: poll

impl<U: Unpin> Fetch<'_, U> {
    /// Not ready: the next poll goes on from `state`.
    fn wait_in(&mut self, state: State<U>) -> Poll<Result<Vec<u8>, FetchError>> {
        self.state = state;
        Poll::Pending
    }
}

/// What follows a write: another one, or the reply.
fn sent_or_not<U>(stream: TcpStream, unsent: U, bytes: Vec<u8>) -> State<U> {
    if !bytes.is_empty() {
        return State::Sending(stream, unsent, bytes);
    }
    drop(unsent);
    State::Receiving(stream, ReplyParser::new())
}

/// A stream that takes nothing will never take all.
fn some(written: io::Result<usize>) -> Result<usize, FetchError> {
    match written {
        Ok(0) => Err(FetchError::from_io(io::ErrorKind::WriteZero.into())),
        written => written.map_err(FetchError::from_io),
    }
}
