//! The state of a simulated world: its sockets, the events that wait, the clock, the generator.
//!
//! Invariants: keys of sockets are never used again; `peer` of a stream is the key of a live stream
//! whose `peer` is this one; whatever changes what an operation on a socket would return is followed
//! by a `report` for that socket.

use super::Faults;
use super::datagrams::Mailbox;
use super::listener::Backlog;
use super::stream::Stream;
use crate::driver::{Readiness, Token};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The first of the ports that are given out.
const FIRST_PORT: u16 = 49152;

pub(super) struct Network {
    /// The virtual time.
    pub(super) elapsed: Duration,
    pub(super) faults: Faults,
    generator: StdRng,
    /// In a tree and not in a hash map, whose order is not decided by the seed.
    sockets: BTreeMap<Key, Socket>,
    next_key: Key,
    /// For each reactor, what it has not been told yet.
    waiting: Vec<Vec<Waiting>>,
    next_port: u16,
}

/// Stands for a socket.
pub(super) type Key = u64;

pub(super) struct Socket {
    watch: Option<Watch>,
    pub(super) local: Address,
    pub(super) options: Options,
    pub(super) kind: SocketKind,
}

pub(super) enum SocketKind {
    Listener(Backlog),
    Stream(Stream),
    Datagrams(Mailbox),
}

/// Who is to be told of a socket's events.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Watch {
    reactor: usize,
    token: Token,
}

/// An event on its way.
struct Waiting {
    key: Key,
    token: Token,
    readiness: Readiness,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    Ip(SocketAddr),
    #[cfg_attr(not(unix), expect(dead_code))]
    Path(PathBuf),
    #[cfg_attr(not(unix), expect(dead_code))]
    Unnamed,
}

impl Address {
    /// Whether what is sent to `target` arrives at this address.
    pub(super) fn reaches(&self, target: SocketAddr) -> bool {
        let Address::Ip(own) = self else { return false };
        own.port() == target.port() && (own.ip() == target.ip() || own.ip().is_unspecified())
    }

    pub(super) fn ip(&self) -> io::Result<SocketAddr> {
        match self {
            Address::Ip(address) => Ok(*address),
            _ => Err(io::ErrorKind::AddrNotAvailable.into()),
        }
    }

    #[cfg(unix)]
    pub(super) fn unix(&self) -> io::Result<std::os::unix::net::SocketAddr> {
        match self {
            Address::Path(path) => std::os::unix::net::SocketAddr::from_pathname(path),
            _ => std::os::unix::net::SocketAddr::from_pathname(""),
        }
    }
}

/// What can be set on a socket, and does nothing.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub(super) nodelay: bool,
    pub(super) broadcast: bool,
    pub(super) ttl: u32,
}

pub(super) const READABLE: Readiness = Readiness {
    readable: true,
    writable: false,
    read_closed: false,
    write_closed: false,
};

pub(super) const WRITABLE: Readiness = Readiness {
    readable: false,
    writable: true,
    read_closed: false,
    write_closed: false,
};

impl Network {
    pub(super) fn new(seed: u64, faults: Faults) -> Self {
        faults.check();
        Network {
            elapsed: Duration::ZERO,
            faults,
            generator: StdRng::seed_from_u64(seed),
            sockets: BTreeMap::new(),
            next_key: 0,
            waiting: Vec::new(),
            next_port: FIRST_PORT,
        }
    }

    pub(super) fn add_reactor(&mut self) -> usize {
        self.waiting.push(Vec::new());
        self.waiting.len() - 1
    }

    /// Whether a fault of this probability strikes now. One that cannot does not use the generator.
    pub(super) fn strikes(&mut self, fault: impl FnOnce(&Faults) -> f64) -> bool {
        let probability = fault(&self.faults);
        probability > 0.0 && self.generator.random_bool(probability)
    }

    /// A number from 1 to `most`.
    pub(super) fn some_of(&mut self, most: usize) -> usize {
        self.generator.random_range(1..=most)
    }

    // Sockets.

    pub(super) fn add(&mut self, local: Address, kind: SocketKind) -> Key {
        let key = self.next_key;
        self.next_key += 1;
        let socket = Socket {
            watch: None,
            local,
            options: Options {
                nodelay: false,
                broadcast: false,
                ttl: 64,
            },
            kind,
        };
        self.sockets.insert(key, socket);
        key
    }

    pub(super) fn socket(&mut self, key: Key) -> &mut Socket {
        self.sockets
            .get_mut(&key)
            .expect("a socket exists as long as the port that stands for it")
    }

    pub(super) fn find(&self, test: impl Fn(&Socket) -> bool) -> Option<Key> {
        let (key, _) = self.sockets.iter().find(|(_, socket)| test(socket))?;
        Some(*key)
    }

    /// The socket is dropped: nobody can use it any more, and whoever it was connected to notices.
    pub(super) fn close(&mut self, key: Key) {
        let Some(socket) = self.sockets.remove(&key) else {
            return;
        };
        match socket.kind {
            SocketKind::Listener(backlog) => {
                for accepted in backlog.into_waiting() {
                    self.reset(accepted);
                    self.close(accepted);
                }
            }
            SocketKind::Stream(stream) => self.hang_up(stream),
            SocketKind::Datagrams(_) => {}
        }
    }

    /// `wanted`, with a free port in place of 0.
    pub(super) fn bind(
        &mut self,
        wanted: SocketAddr,
        taken: impl Fn(&Socket) -> bool,
    ) -> io::Result<Address> {
        let mut address = wanted;
        loop {
            if wanted.port() == 0 {
                address.set_port(self.next_port);
                self.next_port = self.next_port.checked_add(1).unwrap_or(FIRST_PORT);
            }
            let is_taken = |socket: &Socket| taken(socket) && socket.local == Address::Ip(address);
            if self.find(is_taken).is_none() {
                return Ok(Address::Ip(address));
            }
            if wanted.port() != 0 {
                return Err(io::ErrorKind::AddrInUse.into());
            }
        }
    }

    /// The address of one who has not asked for any, and talks to `remote`.
    pub(super) fn ephemeral(&mut self, remote: SocketAddr) -> io::Result<Address> {
        let ip = if remote.is_ipv6() {
            remote.ip()
        } else {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        };
        self.bind(SocketAddr::new(ip, 0), |_| true)
    }

    // Events.

    /// From now on, `reactor` is told of the socket's events; of what it can do already, at once.
    pub(super) fn watch(&mut self, key: Key, reactor: usize, token: Token) {
        self.socket(key).watch = Some(Watch { reactor, token });
        let readiness = match &self.socket(key).kind {
            SocketKind::Listener(backlog) => backlog.readiness(),
            SocketKind::Stream(stream) => stream.readiness(),
            SocketKind::Datagrams(mailbox) => mailbox.readiness(),
        };
        if readiness != Readiness::default() {
            self.report(key, readiness);
        }
    }

    pub(super) fn unwatch(&mut self, key: Key) {
        if let Some(watch) = self.socket(key).watch.take() {
            self.waiting[watch.reactor].retain(|waiting| waiting.key != key);
        }
    }

    /// Something has happened to a socket. Nobody may be watching it, or it may be gone.
    pub(super) fn report(&mut self, key: Key, readiness: Readiness) {
        let watch = self.sockets.get(&key).and_then(|socket| socket.watch);
        let Some(Watch { reactor, token }) = watch else {
            return;
        };
        let waiting = &mut self.waiting[reactor];
        match waiting.iter_mut().find(|waiting| waiting.key == key) {
            Some(waiting) => waiting.readiness = waiting.readiness.and(readiness),
            None => waiting.push(Waiting {
                key,
                token,
                readiness,
            }),
        }
    }

    /// Hands out the events that wait for `reactor`, in an order that the generator chooses, and
    /// spurious ones among them.
    pub(super) fn take_events(&mut self, reactor: usize, events: &mut Vec<(Token, Readiness)>) {
        events.clear();
        if self.waiting[reactor].is_empty() {
            return;
        }
        for waiting in std::mem::take(&mut self.waiting[reactor]) {
            if let SocketKind::Stream(stream) = &mut self.socket(waiting.key).kind {
                stream.establish();
            }
            events.push((waiting.token, waiting.readiness));
        }
        if self.faults.spurious > 0.0 {
            self.add_spurious(reactor, events);
        }
        events.shuffle(&mut self.generator);
    }

    fn add_spurious(&mut self, reactor: usize, events: &mut Vec<(Token, Readiness)>) {
        let watches: Vec<Watch> = self
            .sockets
            .values()
            .filter_map(|socket| socket.watch)
            .collect();
        for watch in watches {
            let told = events.iter().any(|(token, _)| *token == watch.token);
            if watch.reactor == reactor && !told && self.strikes(|faults| faults.spurious) {
                events.push((watch.token, READABLE.and(WRITABLE)));
            }
        }
    }
}

/// The error of a process that has no descriptors left, as the OS reports it.
pub(super) fn too_many_files() -> io::Error {
    #[cfg(unix)]
    const EMFILE: i32 = libc::EMFILE;
    /// WSAEMFILE
    #[cfg(windows)]
    const EMFILE: i32 = 10024;
    io::Error::from_raw_os_error(EMFILE)
}
