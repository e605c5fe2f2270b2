//! What the reactor asks of the world: register a socket, wait until something is ready, tell the time.
//!
//! ```text
//!              Reactor (one thread at a time)          Handle (any thread)
//!                 │                                       │
//!             ┌───▼────┐                              ┌───▼────┐
//!             │ Poller │ wait, events                 │ Driver │ register, deregister, now
//!             └───┬────┘                              └───┬────┘
//!                 └──────────────────┬────────────────────┘
//!                     the OS's event queue (mio), or,
//!                     with the feature `simulation`, a simulated world
//! ```
//!
//! Which of the two it is, is chosen when the reactor is made. Nothing above this file knows.

mod os;
#[cfg(target_os = "linux")]
mod ppoll;

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

#[cfg(feature = "simulation")]
use crate::simulation;

/// What identifies a registered socket in an event: its place in a table, and a generation.
pub(crate) type Token = usize;

/// What an event says of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readiness {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// There will be no further edge for reading: the other side has closed, or there was an error.
    pub(crate) read_closed: bool,
    /// There will be no further edge for writing.
    pub(crate) write_closed: bool,
}

impl Readiness {
    /// Both together.
    #[cfg(feature = "simulation")]
    pub(crate) const fn and(self, other: Self) -> Self {
        Readiness {
            readable: self.readable || other.readable,
            writable: self.writable || other.writable,
            read_closed: self.read_closed || other.read_closed,
            write_closed: self.write_closed || other.write_closed,
        }
    }
}

/// The half that any thread may use: it registers sockets and tells the time.
///
/// The socket types take it at construction, since a socket lives in the OS or in a simulated world.
#[derive(Debug)]
pub struct Driver(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    Os(os::Driver),
    #[cfg(feature = "simulation")]
    Simulated(simulation::Driver),
}

/// What can be registered: a socket of the OS, or one of a simulated world.
pub struct Pollable<'a>(pub(crate) PollableKind<'a>);

pub(crate) enum PollableKind<'a> {
    Os(&'a mut dyn mio::event::Source),
    #[cfg(feature = "simulation")]
    Simulated(&'a simulation::Port),
}

impl<'a> Pollable<'a> {
    /// Anything that mio can register.
    pub fn os(source: &'a mut dyn mio::event::Source) -> Self {
        Pollable(PollableKind::Os(source))
    }

    #[cfg(feature = "simulation")]
    pub(crate) fn simulated(port: &'a simulation::Port) -> Self {
        Pollable(PollableKind::Simulated(port))
    }
}

impl fmt::Debug for Pollable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pollable").finish_non_exhaustive()
    }
}

impl Driver {
    /// The time, as everything that has to do with this reactor must see it.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Kind::Os(_) => Instant::now(),
            #[cfg(feature = "simulation")]
            Kind::Simulated(driver) => driver.now(),
        }
    }

    /// Whether its sockets are those of a simulated world.
    pub fn is_simulated(&self) -> bool {
        !matches!(self.0, Kind::Os(_))
    }

    pub(crate) fn register(&self, source: Pollable<'_>, token: Token) -> io::Result<()> {
        match (&self.0, source.0) {
            (Kind::Os(driver), PollableKind::Os(source)) => driver.register(source, token),
            #[cfg(feature = "simulation")]
            (Kind::Simulated(driver), PollableKind::Simulated(port)) => {
                driver.register(port, token)
            }
            #[cfg(feature = "simulation")]
            _ => Err(foreign()),
        }
    }

    pub(crate) fn deregister(&self, source: Pollable<'_>) -> io::Result<()> {
        match (&self.0, source.0) {
            (Kind::Os(driver), PollableKind::Os(source)) => driver.deregister(source),
            #[cfg(feature = "simulation")]
            (Kind::Simulated(driver), PollableKind::Simulated(port)) => driver.deregister(port),
            #[cfg(feature = "simulation")]
            _ => Err(foreign()),
        }
    }
}

/// Real and simulated do not mix: nobody would report such a socket's events.
#[cfg(feature = "simulation")]
pub(crate) fn foreign() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "a socket of the operating system cannot be used with a simulated reactor, nor the reverse: \
         make the socket with the driver of the reactor that is to watch it",
    )
}

/// The half that belongs to the reactor alone: it waits, and then holds what has happened.
#[derive(Debug)]
pub(crate) enum Poller {
    Os(os::Poller),
    #[cfg(feature = "simulation")]
    Simulated(simulation::Poller),
}

impl Poller {
    /// Waits for events, at most `limit` long (`None`: without limit). Being interrupted is no error.
    pub(crate) fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        match self {
            Poller::Os(poller) => poller.wait(limit),
            #[cfg(feature = "simulation")]
            Poller::Simulated(poller) => poller.wait(limit),
        }
    }

    /// Hands each event of the last wait to `deliver`.
    pub(crate) fn events(&self, deliver: impl FnMut(Token, Readiness)) {
        match self {
            Poller::Os(poller) => poller.events(deliver),
            #[cfg(feature = "simulation")]
            Poller::Simulated(poller) => poller.events(deliver),
        }
    }
}

/// What makes a wait of the poller return.
#[derive(Debug)]
pub(crate) enum Interrupt {
    Os(mio::Waker),
    /// A simulated reactor never blocks, so there is nothing to interrupt.
    #[cfg(feature = "simulation")]
    Simulated,
    /// A model's: it is counted, and orders nothing.
    #[cfg(all(test, stages_loom))]
    Counted(std::sync::Arc<crate::sync::AtomicUsize>),
}

impl Interrupt {
    pub(crate) fn raise(&self) {
        match self {
            // On Linux the call can only fail if the descriptor is bad. Whatever the reason elsewhere, nobody
            // could wake this reactor any more.
            Interrupt::Os(waker) => waker.wake().expect("the OS accepts the wake-up"),
            #[cfg(feature = "simulation")]
            Interrupt::Simulated => {}
            #[cfg(all(test, stages_loom))]
            Interrupt::Counted(count) => {
                count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }
}

/// The real driver: the event queue of the OS.
pub(crate) fn os() -> io::Result<(Poller, Driver, Interrupt)> {
    #[cfg(feature = "simulation")]
    simulation::refuse("a reactor of the operating system, for a runtime or an executor,")?;
    let (poller, driver, waker) = os::new()?;
    Ok((
        Poller::Os(poller),
        Driver(Kind::Os(driver)),
        Interrupt::Os(waker),
    ))
}
