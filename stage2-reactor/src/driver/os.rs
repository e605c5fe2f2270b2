//! The real driver: the OS's event queue (epoll, kqueue, or Windows' completion ports) through mio.
//!
//! A socket is registered once, for reading and writing, and edge-triggered: the OS reports that bytes
//! *have arrived* or room *has come free*, not that they are there. So nothing needs to be asked of the OS
//! before each wait, and whoever is told must remember it (`source.rs` does). On Windows mio emulates this.

use super::{Readiness, Token};
use mio::event::Event;
use mio::{Events, Interest, Poll, Registry, Waker};
use std::io;
use std::time::Duration;

/// The token of the waker, which no socket ever gets (see `sources.rs`).
const WAKER: mio::Token = mio::Token(usize::MAX);

/// How many events one wait takes from the OS; what is left stays there for the next. What the OS touches of a socket for its event is in
/// the cache then; if many others follow before a task reads the socket, it no longer is. (With 1024 in place of 64, an echo server for
/// 1000 connections takes 5 % more CPU, for 5000 connections 8 %; with 16, the additional waits cost what the cache saves.)
const EVENTS_PER_WAIT: usize = 64;

pub(super) fn new() -> io::Result<(Poller, Driver, Waker)> {
    let poll = Poll::new()?;
    let registry = poll.registry().try_clone()?;
    let waker = Waker::new(poll.registry(), WAKER)?;
    let events = Events::with_capacity(EVENTS_PER_WAIT);
    Ok((Poller { poll, events }, Driver { registry }, waker))
}

#[derive(Debug)]
pub(crate) struct Driver {
    registry: Registry,
}

impl Driver {
    pub(super) fn register(
        &self,
        source: &mut dyn mio::event::Source,
        token: Token,
    ) -> io::Result<()> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.registry.register(source, mio::Token(token), interest)
    }

    pub(super) fn deregister(&self, source: &mut dyn mio::event::Source) -> io::Result<()> {
        self.registry.deregister(source)
    }
}

#[derive(Debug)]
pub(crate) struct Poller {
    poll: Poll,
    /// Where the OS writes its events: allocated once.
    events: Events,
}

impl Poller {
    pub(super) fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let limit = self.refine(limit)?;
        match self.poll.poll(&mut self.events, limit) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                self.events.clear();
                Ok(())
            }
            result => result,
        }
    }

    /// mio waits in whole milliseconds. Where a finer wait exists, it does a short wait that is not a whole number
    /// of them itself, and leaves nothing of it.
    #[cfg(target_os = "linux")]
    fn refine(&self, limit: Option<Duration>) -> io::Result<Option<Duration>> {
        match limit {
            Some(limit) if limit < super::ppoll::FINE && limit.subsec_nanos() % 1_000_000 != 0 => {
                super::ppoll::wait(&self.poll, limit)?;
                Ok(Some(Duration::ZERO))
            }
            limit => Ok(limit),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn refine(&self, limit: Option<Duration>) -> io::Result<Option<Duration>> {
        Ok(limit)
    }

    pub(super) fn events(&self, mut deliver: impl FnMut(Token, Readiness)) {
        for event in &self.events {
            if event.token() != WAKER {
                deliver(event.token().0, readiness(event));
            }
        }
    }
}

/// An error is something to read and to write: whoever tries is told what it is.
fn readiness(event: &Event) -> Readiness {
    let read_closed = event.is_read_closed() || event.is_error();
    let write_closed = event.is_write_closed() || event.is_error();
    Readiness {
        readable: event.is_readable() || read_closed,
        writable: event.is_writable() || write_closed,
        read_closed,
        write_closed,
    }
}
