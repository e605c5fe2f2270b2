//! What a program holds of a reactor: it registers sockets, sets timers, tells the time.

use crate::Unpark;
use crate::driver::Driver;
use crate::notifier::Notifier;
use crate::sources::Sources;
use crate::timer::{Timer, Timers};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A reference to a reactor, to be cloned freely. `Send` and `Sync` if the waiters are `Send`.
///
/// It does not keep the reactor alive: when the [`Reactor`](crate::Reactor) is dropped, sockets
/// registered with it give errors, and timers count as elapsed.
pub struct Handle<W: Unpark>(Arc<Shared<W>>);

/// What the reactor and all handles, sockets and timers have in common.
struct Shared<W> {
    number: u64,
    driver: Driver,
    notifier: Notifier,
    sources: Sources<W>,
    timers: Timers<W>,
    next_source: AtomicU64,
}

/// In the number of a source or timer, the reactor's own number starts at this bit.
const REACTOR_SHIFT: u32 = 44;

impl<W: Unpark> Handle<W> {
    pub(crate) fn new(driver: Driver, notifier: Notifier) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Handle(Arc::new(Shared {
            // Ordering: the numbers need only differ.
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            timers: Timers::new(driver.now()),
            driver,
            notifier,
            sources: Sources::new(),
            next_source: AtomicU64::new(0),
        }))
    }

    /// The time by this reactor's clock. All deadlines are meant by it.
    pub fn now(&self) -> Instant {
        self.0.driver.now()
    }

    /// When the next timer is due, if there is one.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.0.timers.next_deadline()
    }

    /// How long to wait from now on: until `deadline`, but no longer than `timeout` (`None`: no limit; zero: not at all).
    // region: limit
    pub fn limit(&self, deadline: Option<Instant>, timeout: Option<Duration>) -> Option<Duration> {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(self.now()));
        [timeout, left].into_iter().flatten().min()
    }
    // endregion: limit

    /// A timer that elapses at `deadline`.
    pub fn timer(&self, deadline: Instant) -> Timer<W> {
        Timer::new(self.clone(), deadline)
    }

    /// What interrupts the reactor's wait.
    pub fn notifier(&self) -> &Notifier {
        &self.0.notifier
    }

    /// What sockets that are to be registered here must be made with.
    pub fn driver(&self) -> &Driver {
        &self.0.driver
    }

    /// Whether both belong to the same reactor.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn sources(&self) -> &Sources<W> {
        &self.0.sources
    }

    pub(crate) fn timers(&self) -> &Timers<W> {
        &self.0.timers
    }

    /// A number for a new source, unique in the process.
    pub(crate) fn next_source(&self) -> u64 {
        // Ordering: the numbers need only differ.
        self.id_of(self.0.next_source.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes a number that is unique in this reactor unique in the process, for events.
    pub(crate) fn id_of(&self, number: u64) -> u64 {
        self.0.number << REACTOR_SHIFT | number
    }
}

impl<W: Unpark> Clone for Handle<W> {
    fn clone(&self) -> Self {
        Handle(Arc::clone(&self.0))
    }
}

impl<W: Unpark> fmt::Debug for Handle<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("reactor", &self.0.number)
            .finish_non_exhaustive()
    }
}
