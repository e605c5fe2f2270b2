//! One connection of the delay server, from its first byte to its orderly end.
//!
//! ```text
//!  read the head ──ok──▶ hold back ──▶ 200 and the text ──▶ shut down writing ─▶ drain ─▶ close
//!       │                                                          ▲
//!       └─ slow, large, wrong ──▶ 408, 431, 400 … and why ─────────┘
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::head::{self, Refusal, Wish};

/// How long a client may take for its whole request.
const TIME_FOR_REQUEST: Duration = Duration::from_secs(5);
/// How long a client may take to accept the reply.
const TIME_FOR_REPLY: Duration = Duration::from_secs(5);
/// How long, and for how many bytes, what the client sends after its request is read and ignored.
const TIME_TO_DRAIN: Duration = Duration::from_secs(1);
const MOST_TO_DRAIN: usize = 256 * 1024;

/// Serves one request, and sees the connection off.
pub(super) fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_write_timeout(Some(TIME_FOR_REPLY))?;
    match read_wish(stream)? {
        Some(Ok(wish)) => {
            thread::sleep(wish.delay);
            reply(stream, "200 OK", &wish.text)?;
        }
        Some(Err(Refusal(status, why))) => reply(stream, status, &format!("{why}\n"))?,
        None => return Ok(()), // The client has left without a word.
    }
    stream.shutdown(Shutdown::Write)?;
    drain(stream)
}

/// Reads until the head is complete, or cannot be any more. `None`: the client sent nothing.
fn read_wish(mut stream: &TcpStream) -> io::Result<Option<Result<Wish, Refusal>>> {
    let deadline = Instant::now() + TIME_FOR_REQUEST;
    let mut received = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        if let Some(end) = head::end_of_head(&received) {
            return Ok(Some(head::parse(&received[..end])));
        }
        if received.len() > head::MAX_HEAD {
            return Ok(Some(Err(head::TOO_LARGE)));
        }
        match read_until(&mut stream, &mut buffer, deadline) {
            Ok(0) if received.is_empty() => return Ok(None),
            Ok(0) => return Ok(Some(Err(head::CUT_SHORT))),
            Ok(count) => received.extend_from_slice(&buffer[..count]),
            Err(error) if is_time_out(&error) => return Ok(Some(Err(head::TOO_SLOW))),
            Err(error) => return Err(error),
        }
    }
}

/// Reads once, until `deadline` at the latest: the limit is for the whole, so a client that sends
/// one byte now and then does not renew it.
fn read_until(stream: &mut &TcpStream, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    stream.set_read_timeout(Some(left))?;
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// A blocking socket reports a time-out as one or the other, depending on the platform.
fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn reply(mut stream: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    let allow = if status.starts_with("405") {
        "Allow: GET\r\n"
    } else {
        ""
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
         {allow}Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())
}

/// Reads what the client still sends. A socket that is closed with unread bytes is reset, and the
/// reset could overtake the reply (RFC 9112, section 9.6).
fn drain(mut stream: &TcpStream) -> io::Result<()> {
    let deadline = Instant::now() + TIME_TO_DRAIN;
    let mut buffer = [0; 4096];
    let mut left = MOST_TO_DRAIN;
    while left > 0 {
        match read_until(&mut stream, &mut buffer, deadline)? {
            0 => break,
            count => left = left.saturating_sub(count),
        }
    }
    Ok(())
}
