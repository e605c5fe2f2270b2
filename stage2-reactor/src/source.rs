//! What the reactor remembers of each registered socket: readiness, and who waits.
//!
//! The OS says only once that a socket has become ready (the *edge*). So it is remembered here, and
//! forgotten when the OS itself says `WouldBlock`. In between everybody may try without waiting:
//!
//! ```text
//!               an event, a spurious one too
//!        ┌─────────────────────────────────────────┐
//!        │                                         ▼
//!   ┌─────────┐   WouldBlock, and no event     ┌───────┐
//!   │ drained │ ◄───────────────────────────── │ ready │ ◄── a new socket: try first
//!   └─────────┘   since the attempt began      └───────┘
//!     may wait                                   may try
//! ```
//!
//! # Why no event is lost between the attempt and the wait
//!
//! An event may come at any moment of: begin (note the *tick*), system call, `WouldBlock`, forget the
//! readiness, wait. All but the system call is done under the lock of the side, and so is the arrival
//! of an event; thus the event is wholly before or wholly after each step.
//!
//! - Before the system call: then the system call finds the socket ready.
//! - After it, and before the readiness is forgotten: the event has moved the tick on, the attempt
//!   sees that and forgets nothing, and waiting is refused: attempt again.
//! - After that, and before the wait: the event has set the readiness; waiting is refused.
//! - After the wait: the waiter is there and is unparked.

use crate::driver::Readiness;
use crate::lock;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What somebody wants to do with a socket. The two directions are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Reading, receiving, accepting.
    Read,
    /// Writing, sending, finishing to connect.
    Write,
}

impl Direction {
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Direction::Read => "readable",
            Direction::Write => "writable",
        }
    }
}

/// One registered socket.
pub(crate) struct Source<W> {
    pub(crate) id: u64,
    state: Mutex<State<W>>,
}

struct State<W> {
    read: Side<W>,
    write: Side<W>,
    shut_down: bool,
}

/// One direction of a socket.
struct Side<W> {
    ready: bool,
    /// No further edge will come, so that only the OS's `WouldBlock` may end the readiness.
    closed: bool,
    /// Counts the events. It may wrap: nobody sleeps through 2³² of them between two steps.
    tick: u32,
    /// Who waits; the latest wins.
    waiter: Option<W>,
}

/// When an attempt began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick(u32);

impl<W> Side<W> {
    fn new() -> Self {
        Side {
            ready: true,
            closed: false,
            tick: 0,
            waiter: None,
        }
    }

    // region: event
    fn event(&mut self, closed: bool) -> Option<W> {
        self.ready = true;
        self.closed |= closed;
        self.tick = self.tick.wrapping_add(1);
        self.waiter.take()
    }
    // endregion: event
}

impl<W> State<W> {
    fn side(&mut self, direction: Direction) -> &mut Side<W> {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }
}

impl<W> Source<W> {
    pub(crate) fn new(id: u64) -> Self {
        Source {
            id,
            state: Mutex::new(State {
                read: Side::new(),
                write: Side::new(),
                shut_down: false,
            }),
        }
    }

    /// An attempt begins. `None`: the socket is drained, so that the OS need not be asked.
    pub(crate) fn begin(&self, direction: Direction) -> io::Result<Option<Tick>> {
        let mut state = lock(&self.state);
        if state.shut_down {
            return Err(shut_down());
        }
        let side = state.side(direction);
        Ok(side.ready.then_some(Tick(side.tick)))
    }

    /// The attempt that began at `tick` met `WouldBlock`.
    // region: would-block
    pub(crate) fn would_block(&self, direction: Direction, tick: Tick) {
        let mut state = lock(&self.state);
        let side = state.side(direction);
        if side.tick == tick.0 {
            side.ready = false;
        }
    }
    // endregion: would-block

    /// The attempt that began at `tick` got less than it asked for, so that the next would meet
    /// `WouldBlock`; unless the other side has closed, which no event will tell again.
    pub(crate) fn drained(&self, direction: Direction, tick: Tick) {
        let mut state = lock(&self.state);
        let side = state.side(direction);
        if side.tick == tick.0 && !side.closed {
            side.ready = false;
        }
    }

    /// Leaves a waiter, unless the socket is ready. What is left over is handed back, to be dropped
    /// without a lock.
    pub(crate) fn wait(&self, direction: Direction, waiter: W, count: &AtomicUsize) -> Wait<W> {
        let mut state = lock(&self.state);
        if state.shut_down {
            return Wait::Refused(waiter);
        }
        let side = state.side(direction);
        if side.ready {
            return Wait::Refused(waiter);
        }
        let former = side.waiter.replace(waiter);
        if former.is_none() {
            // Ordering: the count is read where a reactor decides whether anybody can still be
            // woken, on the thread that waits; across threads it is only a snapshot.
            count.fetch_add(1, Ordering::Relaxed);
        }
        Wait::Stored(former)
    }

    /// Takes back whoever waits.
    pub(crate) fn stop_waiting(&self, direction: Direction, count: &AtomicUsize) -> Option<W> {
        let waiter = lock(&self.state).side(direction).waiter.take();
        if waiter.is_some() {
            count.fetch_sub(1, Ordering::Relaxed);
        }
        waiter
    }

    /// An event has come. Hands out who waited for it.
    pub(crate) fn event(&self, readiness: Readiness) -> [Option<W>; 2] {
        let mut state = lock(&self.state);
        let reader = readiness
            .readable
            .then(|| state.read.event(readiness.read_closed));
        let writer = readiness
            .writable
            .then(|| state.write.event(readiness.write_closed));
        [reader.flatten(), writer.flatten()]
    }

    /// The reactor is gone: every attempt and wait from now on is an error.
    pub(crate) fn shut_down(&self) -> [Option<W>; 2] {
        let mut state = lock(&self.state);
        state.shut_down = true;
        [state.read.waiter.take(), state.write.waiter.take()]
    }
}

/// What became of a wait.
pub(crate) enum Wait<W> {
    /// The waiter is stored, in place of another perhaps.
    Stored(Option<W>),
    /// There is nothing to wait for.
    Refused(W),
}

pub(crate) fn shut_down() -> io::Error {
    io::Error::new(
        io::ErrorKind::BrokenPipe,
        "the reactor that this socket is registered with has shut down",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const READABLE: Readiness = Readiness {
        readable: true,
        writable: false,
        read_closed: false,
        write_closed: false,
    };

    #[test]
    fn an_event_after_the_attempt_began_outlives_its_would_block() {
        let source = Source::<()>::new(1);
        let tick = source.begin(Direction::Read).unwrap().expect("ready");
        source.event(READABLE);
        source.would_block(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_some());
    }

    #[test]
    fn a_closed_side_is_not_forgotten_for_a_short_read() {
        let source = Source::<()>::new(1);
        let closed = Readiness {
            read_closed: true,
            ..READABLE
        };
        source.event(closed);
        let tick = source.begin(Direction::Read).unwrap().expect("ready");
        source.drained(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_some());
        source.would_block(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_none());
    }
}
