//! One fetch, written as blocking code: connect, write the request, read the reply.
//!
//! It is generic over the stream, so the same lines run on an OS thread (stage 0), on a green
//! thread that yields (stage 1) and on one that parks (stage 2). What differs is what the stream
//! does while it waits.

use std::fmt;
use std::io::{self, Read, Write};
use std::time::Instant;

use super::job::Job;
use super::reply::{MAX_REPLY, ReplyParser};
use super::request::Request;

/// Why there is no reply.
#[derive(Debug)]
pub enum FetchError {
    /// No connection came about.
    Connect(io::Error),
    /// The connection failed later.
    Io(io::Error),
    /// The reply did not come in time.
    TimedOut,
    /// The stream ended in the midst of the reply.
    CutShort {
        /// How many bytes had come until then.
        received: usize,
    },
    /// The reply is not HTTP.
    Malformed(String),
    /// The server answered, but with another status than 200. Holds the status line.
    Refused(String),
    /// The reply is longer than anything that the delay server would send.
    TooLarge,
    /// The reply is complete, and not the text that was asked for.
    WrongText,
}

impl FetchError {
    /// What an error of an established connection means. Both kinds of error stand for a
    /// time-out: which one a blocking socket gives depends on the platform.
    pub fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => FetchError::TimedOut,
            _ => FetchError::Io(error),
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Connect(error) => write!(f, "cannot connect: {error}"),
            FetchError::Io(error) => write!(f, "the connection failed: {error}"),
            FetchError::TimedOut => f.write_str("no reply in time"),
            FetchError::CutShort { received: 0 } => {
                f.write_str("the server closed the connection without a reply")
            }
            FetchError::CutShort { received } => {
                write!(f, "the reply was cut short after {received} bytes")
            }
            FetchError::Malformed(what) => write!(f, "the reply is not HTTP: {what}"),
            FetchError::Refused(status) => write!(f, "the server answered \"{status}\""),
            FetchError::TooLarge => write!(f, "the reply is larger than {MAX_REPLY} bytes"),
            FetchError::WrongText => f.write_str("the reply is not the text that was asked for"),
        }
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FetchError::Connect(error) | FetchError::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// Fetches one reply over the stream that `connect` makes, and tells the job how it goes
/// ([`Job::sent`] and [`Job::fetched`], once each, whatever happens).
///
/// # Errors
///
/// [`FetchError`] lists them. A stream that waits must give up with `TimedOut` or `WouldBlock`
/// when [`Job::timeout`] has passed; a server that trickles bytes is cut off here.
pub fn fetch<S: Read + Write>(
    request: &Request,
    job: &Job,
    connect: impl FnOnce() -> io::Result<S>,
) -> Result<Vec<u8>, FetchError> {
    let deadline = Instant::now() + job.timeout();
    let sent = connect()
        .map_err(FetchError::Connect)
        .and_then(|stream| send(stream, request));
    job.sent();
    let reply = sent.and_then(|stream| receive(stream, request, deadline));
    job.fetched(reply.is_ok());
    reply
}

fn send<S: Write>(mut stream: S, request: &Request) -> Result<S, FetchError> {
    stream
        .write_all(&request.bytes())
        .map_err(FetchError::from_io)?;
    Ok(stream)
}

fn receive(
    mut stream: impl Read,
    request: &Request,
    deadline: Instant,
) -> Result<Vec<u8>, FetchError> {
    let mut parser = ReplyParser::new();
    let mut buffer = [0; 1024];
    loop {
        let body = match stream.read(&mut buffer) {
            Ok(0) => return request.check(parser.finish()?),
            Ok(count) => parser.push(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            Err(error) => return Err(FetchError::from_io(error)),
        };
        if let Some(body) = body {
            return request.check(body);
        }
        if Instant::now() >= deadline {
            return Err(FetchError::TimedOut);
        }
    }
}
