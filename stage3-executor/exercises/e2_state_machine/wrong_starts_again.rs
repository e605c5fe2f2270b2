//! Caught by: it_goes_on_where_it_stood
//!
//! The state is a name only, and what was read so far is in local variables, as in the `async fn`. There
//! the compiler keeps them across `.await`. Here they are gone when `poll` returns `Pending`, and what had
//! been read with them: the next poll begins the length, or the message, again.

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
    let state = State::Length;
    Receive { stream, state }
}

/// The future that `receive_by_hand` returns.
struct Receive<'stream> {
    stream: &'stream TcpStream,
    state: State,
}

/// Where it stands, and what it needs from there on.
enum State {
    Length,
    Message(usize),
    Done,
}

impl Future for Receive<'_> {
    type Output = io::Result<Vec<u8>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Receive { stream, state } = self.get_mut();
        loop {
            match state {
                State::Length => {
                    let (mut length, mut filled) = ([0; 2], 0);
                    while filled < length.len() {
                        match stream.poll_read(cx, &mut length[filled..])? {
                            Poll::Ready(count) => filled += some(count)?,
                            Poll::Pending => return Poll::Pending,
                        }
                    }
                    *state = State::Message(u16::from_be_bytes(length).into());
                }
                State::Message(length) => {
                    let (mut message, mut filled) = (vec![0; *length], 0);
                    while filled < message.len() {
                        match stream.poll_read(cx, &mut message[filled..])? {
                            Poll::Ready(count) => filled += some(count)?,
                            Poll::Pending => return Poll::Pending,
                        }
                    }
                    *state = State::Done;
                    return Poll::Ready(Ok(message));
                }
                State::Done => panic!("polled after it was ready"),
            }
        }
    }
}

#[cfg(test)]
mod check;
