//! A socket in each of the states that it can be in when an event comes.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use stage1_green_threads::course::{cannot_tell, check};

use super::{Connecting, is_connected};

struct Socket {
    /// What `take_error` gives, the first time.
    error: Cell<Option<ErrorKind>>,
    /// What `peer_addr` gives.
    peer: Result<SocketAddr, ErrorKind>,
    log: RefCell<Vec<String>>,
}

impl Socket {
    fn new(error: Option<ErrorKind>, peer: Result<SocketAddr, ErrorKind>) -> Self {
        Socket {
            error: Cell::new(error),
            peer,
            log: RefCell::default(),
        }
    }

    fn story(&self) -> String {
        self.log.borrow().join("\n")
    }
}

impl Connecting for Socket {
    fn take_error(&self) -> io::Result<Option<io::Error>> {
        let error = self.error.take();
        self.log.borrow_mut().push(format!("take_error: {error:?}"));
        Ok(error.map(io::Error::from))
    }

    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.log
            .borrow_mut()
            .push(format!("peer_addr: {:?}", self.peer));
        self.peer.map_err(io::Error::from)
    }
}

/// There is somebody at the other end, and no error.
#[test]
fn a_connection_that_stands_is_reported() {
    check(|_| {
        let socket = Socket::new(None, Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, 80))));
        let answer = is_connected(&socket).map_err(|error| error.kind());
        assert!(
            answer == Ok(true),
            "{}\nThe connection stands; the answer was {answer:?}, and nothing more will happen to this socket.",
            socket.story()
        );
    });
}

/// A refused connection is writable too: the error waits to be asked for.
#[test]
fn a_refused_connection_is_an_error() {
    check(|_| {
        let socket = Socket::new(
            Some(ErrorKind::ConnectionRefused),
            Err(ErrorKind::NotConnected),
        );
        let answer = is_connected(&socket).map_err(|error| error.kind());
        assert!(
            answer == Err(ErrorKind::ConnectionRefused),
            "{}\nThe other side has refused the connection. The answer was {answer:?}, so who wants to connect {}.",
            socket.story(),
            match answer {
                Ok(true) => "writes into a socket that goes nowhere",
                Ok(false) => "waits for an event that will not come",
                Err(_) => "is told something else",
            }
        );
    });
}

/// An event may come for no reason: then the connection is still under way.
#[test]
fn a_spurious_event_is_no_connection() {
    check(|_| {
        let socket = Socket::new(None, Err(ErrorKind::NotConnected));
        let answer = is_connected(&socket).map_err(|error| error.kind());
        assert!(
            answer == Ok(false),
            "{}\nNothing has failed, but nobody is at the other end yet. The answer was {answer:?}.",
            socket.story()
        );
    });
}

/// Any other error of the question itself is the caller's.
#[test]
fn another_error_is_passed_on() {
    check(|_| {
        let socket = Socket::new(None, Err(ErrorKind::InvalidInput));
        let answer = is_connected(&socket).map_err(|error| error.kind());
        if !socket.story().contains("peer_addr") {
            // Who does not even ask is caught by another check.
            return cannot_tell();
        }
        assert!(
            answer == Err(ErrorKind::InvalidInput),
            "{}\nThe socket cannot say who is at the other end, and not because nobody is there *yet*. The answer was {answer:?}.",
            socket.story()
        );
    });
}
