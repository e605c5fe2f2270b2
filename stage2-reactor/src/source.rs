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
//! readiness, wait. Readiness and tick are one atomic word, so to note it, or to forget it if it is still the
//! same, is one operation. A wait happens under a lock, and so does the arrival of an event. Thus the event is
//! wholly before or wholly after each step.
//!
//! - Before the system call: then the system call finds the socket ready.
//! - After it, and before the readiness is forgotten: the event has moved the tick on, the word is not the
//!   one that was noted, nothing is forgotten, and waiting is refused: attempt again.
//! - After that, and before the wait: the event has set the readiness; waiting is refused.
//! - After the wait: the waiter is there and is unparked.

use crate::driver::Readiness;
use crate::sync::{AtomicUsize, Mutex, lock};
use std::io;
use std::sync::atomic::Ordering;

#[cfg(all(test, stages_loom))]
mod model;

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
    read: Side,
    write: Side,
    /// Who waits to read, and who to write; the latest wins. Only under this lock does a side become ready.
    waiters: Mutex<[Option<W>; 2]>,
}

/// One direction of a socket: a word of three flags and the tick.
///
/// Ordering: an event is stored with Release and noted with Acquire. So an attempt that has noted it finds in the socket what the
/// event told of; else it could meet a `WouldBlock` from before the event, and forget it all the same. The word needs no
/// more: of a wait and an event, the lock makes one the first, and the second sees it.
struct Side(AtomicUsize);

/// An attempt may succeed.
const READY: usize = 1 << 0;
/// No further edge will come, so that only the OS's `WouldBlock` may end the readiness.
const CLOSED: usize = 1 << 1;
/// The reactor is gone.
const SHUT_DOWN: usize = 1 << 2;
/// One event. Their count may wrap: nobody sleeps through so many of them between two steps.
const TICK: usize = if cfg!(stages_mutant = "events_do_not_count") {
    0
} else {
    1 << 3
};

/// When an attempt began: the word of its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick(usize);

impl Side {
    fn new() -> Self {
        Side(AtomicUsize::new(READY))
    }

    fn word(&self) -> usize {
        if cfg!(stages_mutant = "the_word_is_read_relaxed") {
            return self.0.load(Ordering::Relaxed);
        }
        self.0.load(Ordering::Acquire)
    }

    /// With the lock held. If an attempt forgets its readiness at the same time, it is overruled.
    // region: event
    fn event(&self, closed: bool) {
        let closed = if closed { CLOSED } else { 0 };
        let word = self.word() | READY | closed;
        self.0.store(word.wrapping_add(TICK), Ordering::Release);
    }
    // endregion: event

    /// With the lock held.
    fn shut_down(&self) {
        self.0.fetch_or(SHUT_DOWN, Ordering::Release);
    }
}

impl<W> Source<W> {
    pub(crate) fn new(id: u64) -> Self {
        Source {
            id,
            read: Side::new(),
            write: Side::new(),
            waiters: Mutex::new([None, None]),
        }
    }

    fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// An attempt begins. `None`: the socket is drained, so that the OS need not be asked.
    pub(crate) fn begin(&self, direction: Direction) -> io::Result<Option<Tick>> {
        let word = self.side(direction).word();
        if word & SHUT_DOWN != 0 {
            return Err(shut_down());
        }
        Ok((word & READY != 0).then_some(Tick(word)))
    }

    /// The attempt that began at `tick` met `WouldBlock`.
    // region: would-block
    pub(crate) fn would_block(&self, direction: Direction, tick: Tick) {
        let Tick(noted) = tick;
        let side = &self.side(direction).0;
        // If the word is another by now, an event has come in the meantime, and nothing is forgotten.
        let _ = side.compare_exchange(noted, noted & !READY, Ordering::AcqRel, Ordering::Acquire);
    }
    // endregion: would-block

    /// The attempt that began at `tick` got less than it asked for, so that the next would meet
    /// `WouldBlock`; unless the other side has closed, which no event will tell again.
    pub(crate) fn drained(&self, direction: Direction, tick: Tick) {
        if tick.0 & CLOSED == 0 {
            self.would_block(direction, tick);
        }
    }

    /// Leaves a waiter, unless the socket is ready. What is left over is handed back, to be dropped
    /// without a lock.
    pub(crate) fn wait(&self, direction: Direction, waiter: W) -> Wait<W> {
        let mut waiters = lock(&self.waiters);
        let nothing_to_wait_for = self.side(direction).word() & (READY | SHUT_DOWN) != 0;
        if nothing_to_wait_for && !cfg!(stages_mutant = "a_wait_is_never_refused") {
            return Wait::Refused(waiter);
        }
        Wait::Stored(waiters[direction as usize].replace(waiter))
    }

    /// Takes back whoever waits.
    pub(crate) fn stop_waiting(&self, direction: Direction) -> Option<W> {
        lock(&self.waiters)[direction as usize].take()
    }

    /// Whether anybody waits, in either direction.
    pub(crate) fn has_waiter(&self) -> bool {
        lock(&self.waiters).iter().any(Option::is_some)
    }

    /// An event has come. Hands out who waited for it.
    pub(crate) fn event(&self, readiness: Readiness) -> [Option<W>; 2] {
        let mut waiters = lock(&self.waiters);
        let [reader, writer] = &mut *waiters;
        let mut woken = [None, None];
        if readiness.readable {
            self.read.event(readiness.read_closed);
            woken[0] = reader.take();
        }
        if readiness.writable {
            self.write.event(readiness.write_closed);
            woken[1] = writer.take();
        }
        woken
    }

    /// The reactor is gone: every attempt and wait from now on is an error.
    pub(crate) fn shut_down(&self) -> [Option<W>; 2] {
        let mut waiters = lock(&self.waiters);
        self.read.shut_down();
        self.write.shut_down();
        std::mem::take(&mut *waiters)
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

#[cfg(all(test, not(stages_loom)))]
mod tests {
    use super::*;
    use std::thread::{self, Thread};

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

    /// A socket into which another thread puts one byte, and the next when that has been read: each event is the last
    /// one until then.
    #[test]
    fn no_event_of_another_thread_is_lost() {
        const BYTES: usize = if cfg!(miri) { 50 } else { 20_000 };
        let source = Source::<Thread>::new(1);
        let (sent, received) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let deliver = || {
            for byte in 1..=BYTES {
                sent.store(byte, Ordering::Relaxed);
                let woken = source.event(READABLE);
                woken
                    .into_iter()
                    .flatten()
                    .for_each(|reader| reader.unpark());
                while received.load(Ordering::Relaxed) < byte {
                    thread::yield_now();
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(deliver);
            while received.load(Ordering::Relaxed) < BYTES {
                if let Some(tick) = source.begin(Direction::Read).unwrap() {
                    let seen = sent.load(Ordering::Relaxed);
                    if received.swap(seen, Ordering::Relaxed) < seen {
                        continue;
                    }
                    source.would_block(Direction::Read, tick);
                }
                if let Wait::Stored(_) = source.wait(Direction::Read, thread::current()) {
                    // For ever, if an event is lost.
                    thread::park();
                }
            }
        });
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
