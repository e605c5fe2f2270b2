//! The echo server without a runtime: a loop around `mio` that knows only this one job. What is above its figures is the price
//! of tasks.

use crate::server::listen;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read, Result, Write};

const LISTENER: Token = Token(usize::MAX);

/// One thread, whatever the number of workers.
pub fn serve(_workers: usize) -> Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::from_std(listen()?);
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut connections = Vec::new();
    let mut events = Events::with_capacity(1024);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            match event.token() {
                LISTENER => accept(&poll, &listener, &mut connections)?,
                Token(index) => echo(&mut connections[index]),
            }
        }
    }
}

/// Accepts until nobody waits.
fn accept(poll: &Poll, listener: &TcpListener, connections: &mut Vec<TcpStream>) -> Result<()> {
    loop {
        match listener.accept() {
            Ok((mut stream, _)) => {
                let token = Token(connections.len());
                poll.registry()
                    .register(&mut stream, token, Interest::READABLE)?;
                connections.push(stream);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Writes what it reads. A read that does not fill the buffer has emptied the socket: the next bytes are a new event.
fn echo(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        // A client that does not read its replies is none of this load's.
        if stream.write_all(&buffer[..count]).is_err() || count < buffer.len() {
            break;
        }
    }
}
