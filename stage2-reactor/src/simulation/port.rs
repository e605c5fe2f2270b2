//! How the reactor and the sockets reach into a simulated world.

use super::World;
use super::network::{Address, Key, Network, Options};
use crate::driver::{Readiness, Token, foreign};
use crate::sync::MutexGuard;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

/// The half of the driver that registers sockets and tells the time.
#[derive(Debug)]
pub(crate) struct Driver {
    world: World,
    reactor: usize,
}

impl Driver {
    pub(super) fn new(world: World, reactor: usize) -> Self {
        Driver { world, reactor }
    }

    pub(super) fn network(&self) -> MutexGuard<'_, Network> {
        self.world.network()
    }

    pub(crate) fn now(&self) -> Instant {
        self.world.now()
    }

    pub(crate) fn register(&self, port: &Port, token: Token) -> io::Result<()> {
        if !port.world.is(&self.world) {
            return Err(foreign());
        }
        self.network().watch(port.key, self.reactor, token);
        Ok(())
    }

    pub(crate) fn deregister(&self, port: &Port) -> io::Result<()> {
        port.network().unwatch(port.key);
        Ok(())
    }

    /// Adds a socket to the world.
    pub(super) fn port(
        &self,
        add: impl FnOnce(&mut Network) -> io::Result<Key>,
    ) -> io::Result<Port> {
        let key = add(&mut self.network())?;
        Ok(self.port_of(key))
    }

    pub(super) fn port_of(&self, key: Key) -> Port {
        Port::new(self.world.clone(), key)
    }
}

/// The half that waits: it takes events, or moves the clock.
pub(crate) struct Poller {
    world: World,
    reactor: usize,
    events: Vec<(Token, Readiness)>,
}

impl Poller {
    pub(super) fn new(world: World, reactor: usize) -> Self {
        Poller {
            world,
            reactor,
            events: Vec::new(),
        }
    }

    pub(crate) fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let mut network = self.world.network();
        network.take_events(self.reactor, &mut self.events);
        if !self.events.is_empty() {
            return Ok(());
        }
        match limit {
            Some(limit) => network.elapsed += limit,
            None => return Err(at_rest()),
        }
        Ok(())
    }

    pub(crate) fn events(&self, mut deliver: impl FnMut(Token, Readiness)) {
        for (token, readiness) in &self.events {
            deliver(*token, *readiness);
        }
    }
}

fn at_rest() -> io::Error {
    io::Error::new(
        io::ErrorKind::Deadlock,
        "the simulated world is at rest: there is no event, and no deadline to wait for",
    )
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller")
            .field("world", &self.world)
            .field("reactor", &self.reactor)
            .finish_non_exhaustive()
    }
}

/// A simulated socket, of any type, as its owner holds it. Dropping it closes the socket.
#[derive(Debug)]
pub(crate) struct Port {
    world: World,
    key: Key,
}

impl Port {
    pub(super) fn new(world: World, key: Key) -> Self {
        Port { world, key }
    }

    pub(super) fn network(&self) -> MutexGuard<'_, Network> {
        self.world.network()
    }

    pub(super) fn key(&self) -> Key {
        self.key
    }

    /// A second socket of the same world.
    pub(super) fn sibling(&self, key: Key) -> Port {
        Port::new(self.world.clone(), key)
    }

    pub(super) fn local(&self) -> Address {
        self.network().socket(self.key).local.clone()
    }

    pub(super) fn options<R>(&self, access: impl FnOnce(&mut Options) -> R) -> R {
        access(&mut self.network().socket(self.key).options)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.network().close(self.key);
    }
}
