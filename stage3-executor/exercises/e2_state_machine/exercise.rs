//! Exercise 3.2: a state machine that does, poll by poll, what an `async fn` does. The task is in README.md.
#![allow(unused, reason = "until the machine is written")]

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
    let state = State::Start;
    Receive { stream, state }
}

/// The future that `receive_by_hand` returns.
struct Receive<'stream> {
    stream: &'stream TcpStream,
    state: State,
}

/// Where it stands, and what it needs from there on.
enum State {
    Start,
    // Which states are there, and what does each hold? (`Start` may go if you do not need it.)
}

impl Future for Receive<'_> {
    type Output = io::Result<Vec<u8>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Receive { stream, state } = self.get_mut();
        todo!("go on from `state`, with `stream.poll_read(cx, …)`")
    }
}

#[cfg(test)]
mod check;
