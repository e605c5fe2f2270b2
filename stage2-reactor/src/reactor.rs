//! The reactor: waits for everybody at once, and wakes those for whom something has happened.
//!
//! ```text
//!   turn:   announce the wait ─► next deadline ─► wait in the OS ─► collect ─► unpark
//!                                                                   (locks)    (no lock)
//! ```
//!
//! Invariants:
//!
//! - Everybody to be unparked is collected first, under the locks; then the locks are released; then
//!   they are unparked. So a waiter may use the reactor again from within its `unpark` or `drop`.
//! - A turn allocates nothing once its buffers have grown.
//! - A deadline that is set while the reactor waits interrupts it if it is the earliest. No deadline
//!   slips through: the wait is announced *before* the next deadline is read under the timers' lock.
//!   Whoever sets a timer does so under that lock either before, then the deadline is read; or after,
//!   then the announcement is seen, and the wait is interrupted.

use crate::Unpark;
use crate::driver::{self, Driver, Interrupt, Poller, Readiness};
use crate::handle::Handle;
use crate::notifier::Notifier;
use stage1_green_threads::trace;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

/// Waits for sockets and timers, and unparks a `W` for each that has become ready.
///
/// A reactor is turned by one thread at a time; everything else is done through its [`Handle`].
pub struct Reactor<W: Unpark> {
    handle: Handle<W>,
    poller: Poller,
    /// Empty between turns; kept for its capacity.
    deliveries: Vec<Delivery<W>>,
}

/// What one turn has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Events of sockets.
    pub events: usize,
    /// Timers that have fired.
    pub timers: usize,
}

/// Something that has happened, and who waited for it.
struct Delivery<W> {
    source: u64,
    cause: Cause,
    waiters: [Option<W>; 2],
}

enum Cause {
    Ready(Readiness),
    TimerFired,
}

impl<W: Unpark> Reactor<W> {
    /// A reactor on the operating system's event queue.
    ///
    /// # Errors
    ///
    /// If the OS has no descriptors left for it; inside an exploration, where no seed decides what the OS does.
    pub fn new() -> io::Result<Self> {
        Ok(Self::on(driver::os()?))
    }

    pub(crate) fn on((poller, driver, interrupt): (Poller, Driver, Interrupt)) -> Self {
        Reactor {
            handle: Handle::new(driver, Notifier::new(interrupt)),
            poller,
            deliveries: Vec::new(),
        }
    }

    /// What sockets and timers are made with.
    pub fn handle(&self) -> &Handle<W> {
        &self.handle
    }

    /// What interrupts a turn that waits, from any thread.
    pub fn notifier(&self) -> Notifier {
        self.handle.notifier().clone()
    }

    /// Whether there is anybody whom a turn could ever unpark.
    pub fn has_waiters(&self) -> bool {
        !self.handle.timers().is_empty() || self.handle.sources().has_waiters()
    }

    /// When the next timer is due, if there is one.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.handle.next_deadline()
    }

    /// Waits until something has happened, a timer is due, or `timeout` has passed (`None`: no limit;
    /// zero: does not wait), and unparks whoever waited for it. It may return earlier, and with
    /// nothing.
    ///
    /// # Errors
    ///
    /// If the OS refuses to wait; also, on the simulated driver, if there is nothing to wait for.
    // region: turn
    pub fn turn(&mut self, timeout: Option<Duration>) -> io::Result<Turn> {
        match timeout {
            Some(Duration::ZERO) => self.poller.wait(timeout)?,
            _ => self.wait(|handle| handle.limit(handle.next_deadline(), timeout))?,
        }
        Ok(self.take_events())
    }
    // endregion: turn

    /// Like [`turn`](Self::turn), but it waits for as long as `limit` says (`None`: no limit; zero: it does not wait), not until the
    /// next timer: for a reactor whose timers are [fired by another](Self::fire_timers_of). Those that are due after the wait fire all
    /// the same.
    ///
    /// The wait has been announced when `limit` is called: a timer that is set later, and is the earliest, interrupts it. If the
    /// reactor has been notified, it does not wait, and `limit` is not called.
    ///
    /// # Errors
    ///
    /// As [`turn`](Self::turn).
    pub fn turn_with(&mut self, limit: impl FnOnce() -> Option<Duration>) -> io::Result<Turn> {
        self.wait(|_| limit())?;
        Ok(self.take_events())
    }

    /// Fires the timers of another reactor that are due: unparks whoever waits for them, on this thread. Returns how many there were.
    pub fn fire_timers_of(&mut self, other: &Handle<W>) -> usize {
        let timers = collect_timers(other, &mut self.deliveries);
        self.deliver();
        timers
    }

    // region: wait
    fn wait(&mut self, limit: impl FnOnce(&Handle<W>) -> Option<Duration>) -> io::Result<()> {
        let limit = match self.handle.notifier().begin_wait() {
            // Not before `begin_wait`: see the header.
            true => limit(&self.handle),
            false => Some(Duration::ZERO),
        };
        let result = self.poller.wait(limit);
        self.handle.notifier().end_wait();
        result
    }
    // endregion: wait

    /// What is left of a turn after the wait.
    fn take_events(&mut self) -> Turn {
        let events = self.collect_events();
        let timers = collect_timers(&self.handle, &mut self.deliveries);
        self.deliver();
        Turn { events, timers }
    }

    /// Takes out everybody who waits for a socket that has become ready. The locks are held in here and in `collect_timers`, and
    /// nowhere else.
    fn collect_events(&mut self) -> usize {
        self.handle.sources().deliver(
            |each| self.poller.events(each),
            |source, readiness, waiters| {
                self.deliveries.push(Delivery {
                    source,
                    cause: Cause::Ready(readiness),
                    waiters,
                });
            },
        )
    }

    fn deliver(&mut self) {
        for delivery in self.deliveries.drain(..) {
            match delivery.cause {
                Cause::Ready(ready) => {
                    trace::ready(delivery.source, ready.readable, ready.writable);
                }
                Cause::TimerFired => trace::timer_fired(delivery.source),
            }
            delivery.waiters.into_iter().flatten().for_each(W::unpark);
        }
    }
}

/// Takes out everybody whose timer at a reactor is due.
fn collect_timers<W: Unpark>(at: &Handle<W>, deliveries: &mut Vec<Delivery<W>>) -> usize {
    if at.timers().is_empty() {
        return 0;
    }
    at.timers().take_due(at.now(), |number, waiter| {
        waiter.prefetch();
        deliveries.push(Delivery {
            source: at.id_of(number),
            cause: Cause::TimerFired,
            waiters: [Some(waiter), None],
        });
    })
}

/// Whoever still waits is unparked, to find that the reactor has shut down.
impl<W: Unpark> Drop for Reactor<W> {
    fn drop(&mut self) {
        let sockets = self.handle.sources().shut_down();
        let timers = self.handle.timers().shut_down();
        sockets.into_iter().chain(timers).for_each(W::unpark);
    }
}

impl<W: Unpark> fmt::Debug for Reactor<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor")
            .field("handle", &self.handle)
            .field("next_deadline", &self.next_deadline())
            .field("has_waiters", &self.has_waiters())
            .finish_non_exhaustive()
    }
}
