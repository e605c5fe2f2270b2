//! Simulated connections: two queues of bytes between two sockets.

use super::listener::Backlog;
use super::network::{Address, Key, Network, READABLE, SocketKind, WRITABLE, too_many_files};
use crate::driver::Readiness;
use std::collections::VecDeque;
use std::io;
use std::net::Shutdown;

/// How many bytes may be on their way in one direction.
const CAPACITY: usize = 64 * 1024;

/// One end of a connection.
pub(super) struct Stream {
    phase: Phase,
    /// The other end, until it is closed.
    peer: Option<Key>,
    pub(super) remote: Address,
    /// What has arrived and has not been read.
    incoming: VecDeque<u8>,
    /// Nothing more will arrive.
    ended: bool,
    /// This end has closed its direction.
    finished: bool,
    /// A write has found no room since the last event.
    lacks_room: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The outcome is decided, but this end has not been told yet.
    Connecting {
        accepted: bool,
    },
    Connected,
    /// Nobody listened.
    Refused,
    /// It broke.
    Reset,
}

const READ_CLOSED: Readiness = Readiness {
    readable: true,
    writable: false,
    read_closed: true,
    write_closed: false,
};

const CLOSED: Readiness = Readiness {
    readable: true,
    writable: true,
    read_closed: true,
    write_closed: true,
};

impl Stream {
    fn new(phase: Phase, peer: Option<Key>, remote: Address) -> Self {
        Stream {
            phase,
            peer,
            remote,
            incoming: VecDeque::new(),
            ended: false,
            finished: false,
            lacks_room: false,
        }
    }

    /// The event by which this end is told how its connect went is being delivered.
    pub(super) fn establish(&mut self) {
        if let Phase::Connecting { accepted } = self.phase {
            self.phase = if accepted {
                Phase::Connected
            } else {
                Phase::Refused
            };
        }
    }

    pub(super) fn readiness(&self) -> Readiness {
        match self.phase {
            Phase::Connecting { accepted: true } => WRITABLE,
            Phase::Connecting { accepted: false } | Phase::Refused | Phase::Reset => CLOSED,
            Phase::Connected if self.ended => READ_CLOSED.and(WRITABLE),
            Phase::Connected if self.incoming.is_empty() => WRITABLE,
            Phase::Connected => READABLE.and(WRITABLE),
        }
    }

    pub(super) fn connected(&self) -> io::Result<()> {
        match self.phase {
            Phase::Connecting { .. } => Err(io::ErrorKind::WouldBlock.into()),
            Phase::Connected => Ok(()),
            Phase::Refused => Err(io::ErrorKind::ConnectionRefused.into()),
            Phase::Reset => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }
}

impl Network {
    /// Connects `local` to the listener that `listens`, or to nobody.
    pub(super) fn connect(
        &mut self,
        local: Address,
        remote: Address,
        listener: Option<Key>,
    ) -> io::Result<Key> {
        if self.strikes(|faults| faults.too_many_files) {
            return Err(too_many_files());
        }
        let accepted = listener.is_some_and(|listener| self.backlog(listener).has_room());
        let phase = Phase::Connecting { accepted };
        let client = Stream::new(phase, None, remote.clone());
        let client = self.add(local.clone(), SocketKind::Stream(client));
        if let Some(listener) = listener.filter(|_| accepted) {
            let server = Stream::new(Phase::Connected, Some(client), local);
            let server = self.add(remote, SocketKind::Stream(server));
            self.stream(client).peer = Some(server);
            self.backlog(listener).push(server);
            self.report(listener, READABLE);
        }
        Ok(client)
    }

    /// Two ends of a connection without names.
    #[cfg(unix)]
    pub(super) fn pair(&mut self) -> (Key, Key) {
        let mut end = || {
            let stream = Stream::new(Phase::Connected, None, Address::Unnamed);
            self.add(Address::Unnamed, SocketKind::Stream(stream))
        };
        let (one, other) = (end(), end());
        self.stream(one).peer = Some(other);
        self.stream(other).peer = Some(one);
        (one, other)
    }

    pub(super) fn stream(&mut self, key: Key) -> &mut Stream {
        match &mut self.socket(key).kind {
            SocketKind::Stream(stream) => stream,
            _ => unreachable!("the key of a stream stands for a stream"),
        }
    }

    fn backlog(&mut self, key: Key) -> &mut Backlog {
        match &mut self.socket(key).kind {
            SocketKind::Listener(backlog) => backlog,
            _ => unreachable!("the key of a listener stands for a listener"),
        }
    }

    pub(super) fn read(&mut self, key: Key, buffer: &mut [u8], take: bool) -> io::Result<usize> {
        if self.stream(key).peer.is_some() && self.strikes(|faults| faults.reset) {
            self.reset(key);
        }
        let stream = self.stream(key);
        stream.connected()?;
        let available = stream.incoming.len().min(buffer.len());
        if available == 0 {
            return match stream.ended || buffer.is_empty() {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        if self.strikes(|faults| faults.would_block) {
            self.report(key, READABLE);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = match self.strikes(|faults| faults.short_read) {
            true => self.some_of(available),
            false => available,
        };
        if count < available {
            // Whoever takes a short read for the end of what there is must be told again.
            self.report(key, READABLE);
        }
        let incoming = &mut self.stream(key).incoming;
        for (place, byte) in buffer.iter_mut().zip(incoming.iter().take(count)) {
            *place = *byte;
        }
        if take {
            incoming.drain(..count);
            self.made_room(key);
        }
        Ok(count)
    }

    /// The other end may write again, if it could not.
    fn made_room(&mut self, key: Key) {
        if let Some(peer) = self.stream(key).peer
            && std::mem::take(&mut self.stream(peer).lacks_room)
        {
            self.report(peer, WRITABLE);
        }
    }

    pub(super) fn write(&mut self, key: Key, bytes: &[u8]) -> io::Result<usize> {
        if self.stream(key).peer.is_some() && self.strikes(|faults| faults.reset) {
            self.reset(key);
        }
        let stream = self.stream(key);
        stream.connected()?;
        let Some(peer) = stream.peer.filter(|_| !stream.finished) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let room = CAPACITY - self.stream(peer).incoming.len();
        let possible = room.min(bytes.len());
        if possible < bytes.len() {
            self.stream(key).lacks_room = true;
        }
        if possible == 0 {
            return match bytes.is_empty() {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        if self.strikes(|faults| faults.would_block) {
            self.report(key, WRITABLE);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = match self.strikes(|faults| faults.short_write) {
            true => self.some_of(possible),
            false => possible,
        };
        if count < possible {
            self.report(key, WRITABLE);
        }
        self.stream(peer).incoming.extend(&bytes[..count]);
        self.report(peer, READABLE);
        Ok(count)
    }

    pub(super) fn shut_down(&mut self, key: Key, how: Shutdown) -> io::Result<()> {
        let stream = self.stream(key);
        if stream.peer.is_none() && stream.phase != Phase::Connected {
            return Err(io::ErrorKind::NotConnected.into());
        }
        if how != Shutdown::Write {
            stream.ended = true;
            self.report(key, READ_CLOSED);
        }
        if how != Shutdown::Read {
            let stream = self.stream(key);
            stream.finished = true;
            if let Some(peer) = stream.peer {
                self.end(peer);
            }
        }
        Ok(())
    }

    fn end(&mut self, key: Key) {
        self.stream(key).ended = true;
        self.report(key, READ_CLOSED);
    }

    /// One end is gone. As with TCP, the other one reads to the end, unless something that it has sent
    /// was never read: then the connection is reset.
    pub(super) fn hang_up(&mut self, gone: Stream) {
        let Some(peer) = gone.peer else { return };
        self.stream(peer).peer = None;
        if gone.incoming.is_empty() {
            self.stream(peer).ended = true;
            self.report(peer, READ_CLOSED.and(WRITABLE));
        } else {
            self.reset(peer);
        }
    }

    /// The connection breaks, for both ends; what is on its way is lost.
    pub(super) fn reset(&mut self, key: Key) {
        let peer = self.stream(key).peer.take();
        for key in [Some(key), peer].into_iter().flatten() {
            let stream = self.stream(key);
            stream.phase = Phase::Reset;
            stream.peer = None;
            stream.incoming.clear();
            self.report(key, CLOSED);
        }
    }
}
