//! Caught by: an_empty_message_needs_no_second_read
//!
//! In each state it reads first, and only then looks whether that was all. A message of no bytes is read
//! into an empty buffer: that gives 0, which is taken for the end of the stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use stage3_executor::net::TcpStream;

/// Receives one message: two bytes that say how long it is (big end first), then so many bytes.
async fn receive(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let (mut length, mut filled) = ([0; 2], 0);
    while filled < length.len() {
        filled += some(stream.read(&mut length[filled..]).await?)?;
    }
    let (mut message, mut filled) = (vec![0; u16::from_be_bytes(length).into()], 0);
    while filled < message.len() {
        filled += some(stream.read(&mut message[filled..]).await?)?;
    }
    Ok(message)
}

/// A read that gives nothing is the end of the stream; here that is too early.
fn some(count: usize) -> io::Result<usize> {
    match count {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => Ok(count),
    }
}

/// As `receive`, as a state machine.
fn receive_by_hand(stream: &TcpStream) -> Receive<'_> {
    let state = State::Length {
        bytes: [0; 2],
        filled: 0,
    };
    Receive { stream, state }
}

/// The future that `receive_by_hand` returns.
struct Receive<'stream> {
    stream: &'stream TcpStream,
    state: State,
}

/// Where it stands, and what it needs from there on.
enum State {
    Length { bytes: [u8; 2], filled: usize },
    Message { bytes: Vec<u8>, filled: usize },
    Done,
}

impl Future for Receive<'_> {
    type Output = io::Result<Vec<u8>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Receive { stream, state } = self.get_mut();
        loop {
            match state {
                State::Length { bytes, filled } => {
                    match stream.poll_read(cx, &mut bytes[*filled..])? {
                        Poll::Ready(count) => *filled += some(count)?,
                        Poll::Pending => return Poll::Pending,
                    }
                    if *filled == bytes.len() {
                        let bytes = vec![0; u16::from_be_bytes(*bytes).into()];
                        *state = State::Message { bytes, filled: 0 };
                    }
                }
                State::Message { bytes, filled } => {
                    match stream.poll_read(cx, &mut bytes[*filled..])? {
                        Poll::Ready(count) => *filled += some(count)?,
                        Poll::Pending => return Poll::Pending,
                    }
                    if *filled == bytes.len() {
                        let message = std::mem::take(bytes);
                        *state = State::Done;
                        return Poll::Ready(Ok(message));
                    }
                }
                State::Done => panic!("polled after it was ready"),
            }
        }
    }
}

#[cfg(test)]
mod check;
