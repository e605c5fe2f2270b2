//! What the tests have in common: a waiter that counts, and turns until something is true.
#![allow(dead_code, reason = "no test uses all of it")]

use stage2_reactor::socket::{Accept, TcpListener, TcpStream};
use stage2_reactor::{Direction, Reactor, Registered, Unpark};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts how often it has been unparked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter(Arc<AtomicUsize>);

impl Counter {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// How many copies of it there are.
    pub(crate) fn copies(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl Unpark for Counter {
    fn unpark(self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Turns until `done`, for ten seconds at most.
pub(crate) fn turn_until<W: Unpark>(reactor: &mut Reactor<W>, mut done: impl FnMut() -> bool) {
    let limit = reactor.handle().now() + Duration::from_secs(10);
    while !done() {
        assert!(reactor.handle().now() < limit, "not within ten seconds");
        reactor.turn(Some(Duration::from_millis(100))).unwrap();
    }
}

pub(crate) fn is_would_block<T>(result: &io::Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

pub(crate) type Stream = Registered<TcpStream, Counter>;

/// Two ends of a TCP connection, both registered.
pub(crate) fn connected(reactor: &mut Reactor<Counter>) -> (Stream, Stream) {
    let handle = reactor.handle().clone();
    let listener = TcpListener::bind(handle.driver(), "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Registered::new(listener, &handle).unwrap();
    let client = TcpStream::connect(handle.driver(), address).unwrap();
    let client = Registered::new(client, &handle).unwrap();
    let mut server = None;
    turn_until(reactor, || {
        if server.is_none() {
            server = listener.attempt(Direction::Read, TcpListener::accept).ok();
        }
        let connected = client.attempt(Direction::Write, TcpStream::finish_connect);
        server.is_some() && connected.is_ok()
    });
    let server = Registered::new(server.unwrap().0, &handle).unwrap();
    (client, server)
}

pub(crate) fn read(stream: &Stream, buffer: &mut [u8]) -> io::Result<usize> {
    stream.attempt(Direction::Read, |stream| stream.read(buffer))
}

pub(crate) fn write(stream: &Stream, bytes: &[u8]) -> io::Result<usize> {
    stream.attempt(Direction::Write, |stream| stream.write(bytes))
}
