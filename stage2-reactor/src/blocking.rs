//! A blocking operation for green threads: attempt, wait, park, attempt again.

use crate::{Direction, Handle, Registered, Socket, Timer};
use stage1_green_threads::{Thread, current, park};
use std::cell::Cell;
use std::io;
use std::time::Duration;

/// A socket on which green threads block.
#[derive(Debug)]
pub(crate) struct Blocking<S: Socket> {
    socket: Registered<S, Thread>,
    reading: Seat,
    writing: Seat,
}

impl<S: Socket> Blocking<S> {
    pub(crate) fn new(socket: S, handle: &Handle<Thread>) -> io::Result<Self> {
        Ok(Blocking {
            socket: Registered::new(socket, handle)?,
            reading: Seat::default(),
            writing: Seat::default(),
        })
    }

    pub(crate) fn get(&self) -> &S {
        self.socket.get()
    }

    /// Attempts until the result is no longer `WouldBlock`, or until `timeout` has passed.
    pub(crate) fn block<R>(
        &self,
        direction: Direction,
        timeout: Option<Duration>,
        mut attempt: impl FnMut(&Registered<S, Thread>) -> io::Result<R>,
    ) -> io::Result<R> {
        match attempt(&self.socket) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            result => return result,
        }
        let _seated = match direction {
            Direction::Read => self.reading.take()?,
            Direction::Write => self.writing.take()?,
        };
        // region: block
        let mut limit = Limit::new(self.socket.handle(), timeout);
        let me = current();
        loop {
            if limit.has_passed(&me) {
                self.socket.stop_waiting(direction);
                return Err(timed_out());
            }
            if self.socket.wait(direction, &me) {
                park();
            }
            match attempt(&self.socket) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
        // endregion: block
    }
}

fn timed_out() -> io::Error {
    io::Error::new(
        io::ErrorKind::TimedOut,
        "the time limit of this operation has passed",
    )
}

/// A time limit that may be none.
struct Limit(Option<Timer<Thread>>);

impl Limit {
    fn new(handle: &Handle<Thread>, timeout: Option<Duration>) -> Self {
        // A limit beyond what the clock can count is none.
        let deadline = timeout.and_then(|timeout| handle.now().checked_add(timeout));
        Limit(deadline.map(|deadline| handle.timer(deadline)))
    }

    /// Whether it has passed; if not, `waiter` is unparked when it does.
    fn has_passed(&mut self, waiter: &Thread) -> bool {
        self.0.as_mut().is_some_and(|timer| timer.poll(waiter))
    }
}

/// Where one green thread at a time may wait: the reactor keeps one waiter for each direction, and
/// a second one would take the first one's wake-up away.
#[derive(Debug, Default)]
pub(crate) struct Seat(Cell<bool>);

/// Whoever holds it, waits.
pub(crate) struct Seated<'a>(&'a Seat);

impl Seat {
    pub(crate) fn take(&self) -> io::Result<Seated<'_>> {
        if self.0.replace(true) {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another green thread waits for the same thing on this socket: let one at a time \
                 read, write or accept",
            ));
        }
        Ok(Seated(self))
    }
}

impl Drop for Seated<'_> {
    fn drop(&mut self) {
        self.0.0.set(false);
    }
}
