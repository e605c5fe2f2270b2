//! The one idea of this stage, complete: ask the OS once for everybody, and wake whoever is meant.
//! Three clients each wait for a reply that comes after a while. One thread serves them, and sleeps
//! whenever all wait. Here a "task" is a number: whom the reactor wakes is none of its business.
//!
//! ```text
//!     attempt ──► WouldBlock ──► remember who waits ──► wait in the OS ──► wake them: attempt again
//! ```

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::{thread, time::Duration};

// region: reactor
/// Waits for many sockets at once. Generic over `W`, whoever is waiting.
struct Reactor<W> {
    poll: Poll,
    events: Events,
    waiting: HashMap<Token, W>,
}

impl<W> Reactor<W> {
    fn new() -> io::Result<Self> {
        Ok(Reactor {
            poll: Poll::new()?,
            events: Events::with_capacity(64),
            waiting: HashMap::new(),
        })
    }

    /// Once for each socket: the OS remembers whom we are interested in.
    fn register(&self, stream: &mut TcpStream, token: Token) -> io::Result<()> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(stream, token, interest)
    }

    /// Only after `WouldBlock`: the OS reports *that* a socket becomes ready, once.
    fn wait(&mut self, token: Token, waiter: W) {
        self.waiting.insert(token, waiter);
    }

    /// Sleeps until something has happened, and hands out who waited for it.
    fn turn(&mut self) -> io::Result<Vec<W>> {
        self.poll.poll(&mut self.events, None)?;
        let tokens = self.events.iter().map(|event| event.token());
        let woken = tokens.filter_map(|token| self.waiting.remove(&token));
        Ok(woken.collect())
    }
}
// endregion: reactor

/// What one task does, step by step: connect, ask, read the reply to its end.
struct Client {
    stream: TcpStream,
    asked: bool,
    reply: String,
}

impl Client {
    /// Goes as far as it can without waiting. `WouldBlock`: ask again when the socket is ready.
    fn advance(&mut self) -> io::Result<()> {
        if !self.asked {
            if let Some(error) = self.stream.take_error()? {
                return Err(error);
            }
            match self.stream.write_all(b"?") {
                Err(error) if error.kind() == ErrorKind::NotConnected => {
                    return Err(ErrorKind::WouldBlock.into());
                }
                result => result?,
            }
            self.asked = true;
        }
        let mut buffer = [0; 64];
        loop {
            match self.stream.read(&mut buffer)? {
                0 => return Ok(()),
                count => self
                    .reply
                    .extend(buffer[..count].iter().map(|&byte| char::from(byte))),
            }
        }
    }
}

/// The replies, and how often the thread went to sleep.
fn fetch_all(servers: &[SocketAddr]) -> io::Result<(Vec<String>, usize)> {
    let mut reactor = Reactor::new()?;
    let mut clients = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        let mut stream = TcpStream::connect(*server)?;
        reactor.register(&mut stream, Token(number))?;
        clients.push(Client {
            stream,
            asked: false,
            reply: String::new(),
        });
    }
    let mut runnable: VecDeque<usize> = (0..clients.len()).collect();
    let (mut unfinished, mut sleeps) = (clients.len(), 0);
    while unfinished > 0 {
        while let Some(number) = runnable.pop_front() {
            match clients[number].advance() {
                Ok(()) => unfinished -= 1,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    reactor.wait(Token(number), number);
                }
                Err(error) => return Err(error),
            }
        }
        if unfinished > 0 {
            sleeps += 1;
            runnable.extend(reactor.turn()?);
        }
    }
    let replies = clients.into_iter().map(|client| client.reply).collect();
    Ok((replies, sleeps))
}

/// Answers one client after `delay`.
fn slow_server(delay: Duration) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || -> io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        stream.read_exact(&mut [0])?;
        thread::sleep(delay);
        write!(stream, "after {} ms", delay.as_millis())
    });
    Ok(address)
}

fn main() -> io::Result<()> {
    let mut servers = Vec::new();
    for delay in [300, 100, 200] {
        servers.push(slow_server(Duration::from_millis(delay))?);
    }
    let (replies, sleeps) = fetch_all(&servers)?;
    println!("{replies:?}, and the thread slept {sleeps} times");
    assert_eq!(replies, ["after 300 ms", "after 100 ms", "after 200 ms"]);
    Ok(())
}

#[test]
fn one_thread_waits_for_all_replies() {
    main().unwrap();
}
