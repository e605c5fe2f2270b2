//! A socket with its place in the reactor: attempt first, wait only after `WouldBlock`.
//!
//! ```text
//!      loop {
//!          match registered.attempt(Direction::Read, |socket| socket.read(buffer)) {
//!              Err(error) if error.kind() == WouldBlock => {}
//!              result => return result,
//!          }
//!          if registered.wait(Direction::Read, &me) {
//!              park();
//!          }
//!      }
//! ```
//!
//! Why nothing is lost between the two is told in `source.rs`.

use crate::Unpark;
use crate::driver::{Pollable, Token};
use crate::handle::Handle;
use crate::source::{Direction, Source, Tick, Wait};
use stage1_green_threads::trace;
use std::fmt;
use std::io;
use std::sync::Arc;

/// What can be registered with a reactor: the sockets of [`socket`](crate::socket), and anything of
/// mio's.
///
/// On Windows the OS is asked for one event at a time, and mio asks again after a `WouldBlock` that it
/// has seen itself. An operation that is attempted on a socket must therefore go through mio's type: its
/// own methods, or its `try_io`.
pub trait Socket {
    /// What the driver registers.
    fn pollable(&mut self) -> Pollable<'_>;
}

/// A place in a reactor's table of sockets.
pub struct Registration<W: Unpark> {
    handle: Handle<W>,
    token: Token,
    source: Arc<Source<W>>,
}

impl<W: Unpark> Registration<W> {
    fn new(socket: &mut impl Socket, handle: &Handle<W>) -> io::Result<Self> {
        let (token, source) = handle.sources().insert(handle.next_source())?;
        // From here on, dropping it frees the place.
        let registration = Registration {
            handle: handle.clone(),
            token,
            source,
        };
        handle.driver().register(socket.pollable(), token)?;
        trace::register(registration.source.id);
        Ok(registration)
    }

    fn begin(&self, direction: Direction) -> io::Result<Tick> {
        match self.source.begin(direction)? {
            Some(tick) => Ok(tick),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn wait(&self, direction: Direction, waiter: &W) -> bool {
        // Cloned here and dropped here, where no lock is held.
        match self.source.wait(direction, waiter.clone()) {
            Wait::Refused(_) => false,
            Wait::Stored(_former) => {
                trace::wait(self.source.id, direction.wanted());
                true
            }
        }
    }

    fn stop_waiting(&self, direction: Direction) {
        drop(self.source.stop_waiting(direction));
    }
}

impl<W: Unpark> Drop for Registration<W> {
    fn drop(&mut self) {
        drop(self.handle.sources().remove(self.token));
        self.stop_waiting(Direction::Read);
        self.stop_waiting(Direction::Write);
        trace::deregister(self.source.id);
    }
}

impl<W: Unpark> fmt::Debug for Registration<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("source", &self.source.id)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}

/// A socket that is registered with a reactor, until it is dropped (on any thread).
pub struct Registered<S: Socket, W: Unpark> {
    registration: Registration<W>,
    socket: S,
}

impl<S: Socket, W: Unpark> Registered<S, W> {
    /// Registers `socket` with the reactor of `handle`, in both directions.
    ///
    /// # Errors
    ///
    /// If the reactor has shut down, if the OS refuses, or if the socket belongs to another kind of
    /// driver than the reactor's.
    pub fn new(mut socket: S, handle: &Handle<W>) -> io::Result<Self> {
        let registration = Registration::new(&mut socket, handle)?;
        Ok(Registered {
            registration,
            socket,
        })
    }

    /// The socket, for operations that never wait, such as asking for its address.
    pub fn get(&self) -> &S {
        &self.socket
    }

    /// The reactor that watches it.
    pub fn handle(&self) -> &Handle<W> {
        &self.registration.handle
    }

    /// Does `operation`, unless the socket is known to be drained.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if one must [`wait`](Self::wait). An error that says so if the reactor has shut
    /// down. Otherwise what `operation` returns; it is done again if it was interrupted.
    pub fn attempt<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        let tick = self.registration.begin(direction)?;
        self.operate(direction, tick, operation)
    }

    /// Like [`attempt`](Self::attempt), for an operation on a stream of bytes that is asked for
    /// `wanted` of them and returns how many it got.
    ///
    /// If it got fewer, there are no more, and the attempt that would find `WouldBlock` is saved.
    /// That holds for streams on an edge-triggered queue (see `epoll(7)`), as long as nothing else ends a
    /// read early: urgent data on TCP, descriptors that are passed on a Unix socket. It does not hold once
    /// the other side has closed or an error is pending, as no event will come again (the source
    /// remembers that), nor on Windows, where only a `WouldBlock` makes the OS look again.
    ///
    /// # Errors
    ///
    /// As [`attempt`](Self::attempt).
    pub fn attempt_stream(
        &self,
        direction: Direction,
        wanted: usize,
        operation: impl FnMut(&S) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let tick = self.registration.begin(direction)?;
        let got = self.operate(direction, tick, operation)?;
        if cfg!(not(windows)) && 0 < got && got < wanted {
            self.registration.source.drained(direction, tick);
        }
        Ok(got)
    }

    // region: operate
    fn operate<R>(
        &self,
        direction: Direction,
        tick: Tick,
        mut operation: impl FnMut(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        loop {
            match operation(&self.socket) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.registration.source.would_block(direction, tick);
                    return Err(error);
                }
                result => return result,
            }
        }
    }
    // endregion: operate

    /// Has `waiter` unparked at the next event; of several waiters in one direction the latest counts.
    ///
    /// False: there is nothing to wait for, since an event has come after the attempt, or the reactor
    /// has shut down; attempt again.
    pub fn wait(&self, direction: Direction, waiter: &W) -> bool {
        self.registration.wait(direction, waiter)
    }

    /// Forgets whoever waits, for a wait that has been given up. (Not doing so costs one spurious
    /// unpark.)
    pub fn stop_waiting(&self, direction: Direction) {
        self.registration.stop_waiting(direction);
    }
}

impl<S: Socket, W: Unpark> Drop for Registered<S, W> {
    fn drop(&mut self) {
        // The only way to fail is that the OS does not know the socket (any more).
        let driver = self.registration.handle.driver();
        let _ = driver.deregister(self.socket.pollable());
    }
}

impl<S: Socket + fmt::Debug, W: Unpark> fmt::Debug for Registered<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered")
            .field("socket", &self.socket)
            .field("registration", &self.registration)
            .finish()
    }
}
