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
//!
//! # How tokens are never confused
//!
//! A token is a place in the table and the generation of who lives there. An event that was taken from
//! the OS before its socket was deregistered finds nobody, or a successor of another generation.

use crate::driver::{Readiness, Token};
use crate::lock;
use slab::Slab;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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
    fn new(id: u64) -> Self {
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
    fn event(&self, readiness: Readiness) -> [Option<W>; 2] {
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
    fn shut_down(&self) -> [Option<W>; 2] {
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

fn shut_down() -> io::Error {
    io::Error::new(
        io::ErrorKind::BrokenPipe,
        "the reactor that this socket is registered with has shut down",
    )
}

/// All registered sockets of a reactor.
pub(crate) struct Sources<W> {
    table: Mutex<Table<W>>,
    /// How many waiters are stored in all sources together.
    pub(crate) waiting: AtomicUsize,
}

struct Table<W> {
    slots: Slab<(Generation, Arc<Source<W>>)>,
    next_generation: u32,
    shut_down: bool,
}

/// Tells who lives in a slot from who lived there before.
type Generation = u32;

/// The lower half of a token is the slot. On 64 bits that leaves 2³² generations: they would have to
/// wrap around between an event's leaving the OS and its delivery to be confused.
const SLOT_BITS: u32 = usize::BITS / 2;
const SLOT_MASK: usize = (1 << SLOT_BITS) - 1;

fn token(slot: usize, generation: Generation) -> Token {
    (generation as usize) << SLOT_BITS | slot
}

impl<W> Sources<W> {
    pub(crate) fn new() -> Self {
        Sources {
            table: Mutex::new(Table {
                slots: Slab::new(),
                next_generation: 0,
                shut_down: false,
            }),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Gives a new source its place.
    pub(crate) fn insert(&self, id: u64) -> io::Result<(Token, Arc<Source<W>>)> {
        let source = Arc::new(Source::new(id));
        let mut table = lock(&self.table);
        if table.shut_down {
            return Err(shut_down());
        }
        let generation = table.next_generation & (usize::MAX >> SLOT_BITS) as u32;
        let slot = table.slots.vacant_key();
        // The greatest slot is never used, and with it the token of the driver's own waker.
        if slot >= SLOT_MASK {
            return Err(io::Error::other("the reactor's table of sockets is full"));
        }
        table.next_generation = generation.wrapping_add(1);
        table.slots.insert((generation, Arc::clone(&source)));
        Ok((token(slot, generation), source))
    }

    /// Frees the place.
    pub(crate) fn remove(&self, token: Token) -> Option<Arc<Source<W>>> {
        let mut table = lock(&self.table);
        let slot = token & SLOT_MASK;
        // After a shutdown the table is empty.
        table.slots.try_remove(slot).map(|(_, source)| source)
    }

    /// Lets `each` deliver the events that `events` feeds to it, with one lock of the table for all.
    pub(crate) fn deliver(
        &self,
        events: impl FnOnce(&mut dyn FnMut(Token, Readiness)),
        mut collect: impl FnMut(u64, Readiness, [Option<W>; 2]),
    ) -> usize {
        let table = lock(&self.table);
        let mut count = 0;
        events(&mut |token, readiness| {
            let Some((generation, source)) = table.slots.get(token & SLOT_MASK) else {
                return;
            };
            if *generation as usize != token >> SLOT_BITS {
                return;
            }
            count += 1;
            let waiters = source.event(readiness);
            let woken = waiters.iter().flatten().count();
            self.waiting.fetch_sub(woken, Ordering::Relaxed);
            collect(source.id, readiness, waiters);
        });
        count
    }

    /// Empties the table for ever, and hands out whoever waits.
    pub(crate) fn shut_down(&self) -> Vec<W> {
        let mut table = lock(&self.table);
        table.shut_down = true;
        let slots = std::mem::take(&mut table.slots);
        drop(table);
        let waiters: Vec<W> = slots
            .into_iter()
            .flat_map(|(_, (_, source))| source.shut_down())
            .flatten()
            .collect();
        self.waiting.fetch_sub(waiters.len(), Ordering::Relaxed);
        waiters
    }
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
    fn a_stale_event_finds_nobody_and_not_the_successor() {
        let sources = Sources::<()>::new();
        let (former, _) = sources.insert(1).unwrap();
        sources.remove(former);
        let deliver = |token| sources.deliver(|each| each(token, READABLE), |_, _, _| {});
        assert_eq!(deliver(former), 0, "the slot is free");
        let (successor, _source) = sources.insert(2).unwrap();
        assert_eq!(
            former & SLOT_MASK,
            successor & SLOT_MASK,
            "the slot is reused"
        );
        assert_eq!(deliver(former), 0);
        assert_eq!(deliver(successor), 1);
    }

    #[test]
    fn an_event_after_the_attempt_began_outlives_its_would_block() {
        let sources = Sources::<()>::new();
        let (token, source) = sources.insert(1).unwrap();
        let tick = source.begin(Direction::Read).unwrap().expect("ready");
        sources.deliver(|each| each(token, READABLE), |_, _, _| {});
        source.would_block(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_some());
    }

    #[test]
    fn a_closed_side_is_not_forgotten_for_a_short_read() {
        let sources = Sources::<()>::new();
        let (token, source) = sources.insert(1).unwrap();
        let closed = Readiness {
            read_closed: true,
            ..READABLE
        };
        sources.deliver(|each| each(token, closed), |_, _, _| {});
        let tick = source.begin(Direction::Read).unwrap().expect("ready");
        source.drained(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_some());
        source.would_block(Direction::Read, tick);
        assert!(source.begin(Direction::Read).unwrap().is_none());
    }
}
