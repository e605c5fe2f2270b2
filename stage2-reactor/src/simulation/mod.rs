//! The simulated driver: a world of sockets and time in memory, decided by a seed.
//!
//! What makes concurrent programs hard to test is that the world is never twice the same. This one is:
//! sockets are queues of bytes, time moves only when nobody can do anything else, and where the OS
//! would be free to choose (the order of events, how many bytes one read gets, whether it fails) a
//! seeded generator chooses. The same seed gives the same run.
//!
//! ```text
//!     reactor 0          reactor 1       …      turn: takes the events that wait for it
//!         │                  │
//!     ┌───▼──────────────────▼─────────────────────────────┐
//!     │ World    clock · generator · faults                │
//!     │          sockets: ┌────────┐   bytes   ┌────────┐  │
//!     │                   │ stream │ ◄───────► │ stream │  │
//!     │                   └────────┘           └────────┘  │
//!     │          events that wait for reactor 0, 1, …      │
//!     └────────────────────────────────────────────────────┘
//! ```
//!
//! Several reactors can share a world. None of them ever blocks its OS thread: a turn that finds no
//! event moves the clock on, to the next deadline or by its time limit. A turn without either has
//! nothing to wait for, and is an error of the kind [`Deadlock`](std::io::ErrorKind::Deadlock).
//!
//! Like the OS it is edge-triggered, and like the OS it does not repeat itself; so a program that
//! does not drain a socket hangs here as it would there, but every time.
//!
//! # What it does not do
//!
//! A packet takes no time. A turn moves the clock of the whole world, though another reactor may have
//! an earlier deadline: whoever runs several turns them with a time limit of zero, and calls
//! [`World::advance_to`] when none of them has anything to do. Real sockets are refused.

mod datagrams;
mod exploring;
mod faults;
mod listener;
mod network;
mod port;
mod stream;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;

pub use exploring::{Exploring, is_exploring, refuse};
pub use faults::Faults;
pub(crate) use port::{Driver, Poller, Port};
pub(crate) use tcp::{TcpListener, TcpStream};
pub(crate) use udp::UdpSocket;
#[cfg(unix)]
pub(crate) use unix::{UnixListener, UnixStream};

use crate::driver::{self, Interrupt, Kind};
use crate::sync::{Mutex, MutexGuard, lock};
use crate::{Reactor, Unpark};
use network::Network;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A simulated world. Clones are the same world.
///
/// # Example
///
/// A second of virtual time passes without delay.
///
/// ```
/// use stage2_reactor::simulation::World;
/// use stage2_reactor::{Reactor, green, sleep};
/// use std::time::Duration;
///
/// let world = World::new(1);
/// let start = world.now();
/// green::run_on(Reactor::simulated(&world), || sleep(Duration::from_secs(1)));
/// assert_eq!(world.now() - start, Duration::from_secs(1));
/// ```
#[derive(Clone)]
pub struct World(Arc<Shared>);

struct Shared {
    seed: u64,
    /// What the virtual time counts from; only differences to it have a meaning.
    start: Instant,
    network: Mutex<Network>,
}

impl World {
    /// A world in which nothing fails; the seed decides in which order events are reported.
    pub fn new(seed: u64) -> Self {
        Self::with_faults(seed, Faults::default())
    }

    /// A world in which things fail, when the seed says so.
    ///
    /// # Panics
    ///
    /// If a probability is not at least 0 and below 1.
    pub fn with_faults(seed: u64, faults: Faults) -> Self {
        World(Arc::new(Shared {
            seed,
            start: Instant::now(),
            network: Mutex::new(Network::new(seed, faults)),
        }))
    }

    /// What decides this world.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        self.0.start + self.network().elapsed
    }

    /// How much virtual time has passed since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.network().elapsed
    }

    /// Moves the clock on to `instant`, if that is in the future.
    pub fn advance_to(&self, instant: Instant) {
        let elapsed = instant.saturating_duration_since(self.0.start);
        let mut network = self.network();
        network.elapsed = network.elapsed.max(elapsed);
    }

    fn network(&self) -> MutexGuard<'_, Network> {
        lock(&self.0.network)
    }

    fn is(&self, other: &World) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<W: Unpark> Reactor<W> {
    /// A reactor in a simulated world.
    pub fn simulated(world: &World) -> Self {
        let reactor = world.network().add_reactor();
        let poller = Poller::new(world.clone(), reactor);
        let driver = Driver::new(world.clone(), reactor);
        Reactor::on((
            driver::Poller::Simulated(poller),
            driver::Driver(Kind::Simulated(driver)),
            Interrupt::Simulated,
        ))
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("seed", &self.0.seed)
            .field("elapsed", &self.elapsed())
            .finish_non_exhaustive()
    }
}
