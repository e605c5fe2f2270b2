//! Accepting, by whatever listener and whoever waits: how a server outlives a full process.
//!
//! `accept` can fail for reasons that have nothing to do with the listener, and a server that gives
//! up on them dies of its own success:
//!
//! | error | meaning | what is done |
//! |---|---|---|
//! | `ECONNABORTED`, on Windows `ECONNRESET`, and the like | this one client has gone again | accept the next |
//! | `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM` | no descriptors or memory left, for now | pause 1, 2, 4 … 1000 ms, say so, try again |
//! | any other | mostly: the listener is broken | the error is returned |

use crate::sync::{Mutex, lock};
use crate::timer::Timer;
use crate::{Direction, Handle, Registered, Socket, Unpark};
use stage1_green_threads::trace;
use std::fmt;
use std::io;
use std::time::Duration;

/// A listener of any kind.
pub trait Accept: Socket {
    /// What it accepts.
    type Stream;
    /// Where that comes from.
    type Address;

    /// Takes the next connection.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is none; what the OS reports.
    fn accept(&self) -> io::Result<(Self::Stream, Self::Address)>;
}

/// The pauses while the process is short of something.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A registered listener that goes on accepting.
pub struct Acceptor<L: Accept, W: Unpark> {
    listener: Registered<L, W>,
    backoff: Mutex<Backoff<W>>,
}

struct Backoff<W: Unpark> {
    /// How long to pause at the next failure.
    next: Duration,
    /// Runs during a pause.
    pause: Option<Timer<W>>,
}

impl<L: Accept, W: Unpark> Acceptor<L, W> {
    /// Registers `listener` with the reactor of `handle`.
    ///
    /// # Errors
    ///
    /// As [`Registered::new`].
    pub fn new(listener: L, handle: &Handle<W>) -> io::Result<Self> {
        Ok(Acceptor {
            listener: Registered::new(listener, handle)?,
            backoff: Mutex::new(Backoff {
                next: FIRST_PAUSE,
                pause: None,
            }),
        })
    }

    /// The listener.
    pub fn get(&self) -> &L {
        self.listener.get()
    }

    /// The reactor that watches it.
    pub fn handle(&self) -> &Handle<W> {
        self.listener.handle()
    }

    /// Takes the next connection; `None` if there is none yet, and `waiter` will be unparked when it
    /// is worth asking again.
    ///
    /// # Errors
    ///
    /// Those that are not survived, see the table at the top of this module.
    pub fn accept(&self, waiter: &W) -> io::Result<Option<(L::Stream, L::Address)>> {
        loop {
            if !self.pause_is_over(waiter) {
                return Ok(None);
            }
            match self.listener.attempt(Direction::Read, L::accept) {
                Ok(accepted) => {
                    lock(&self.backoff).next = FIRST_PAUSE;
                    return Ok(Some(accepted));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.listener.wait(Direction::Read, waiter) {
                        return Ok(None);
                    }
                }
                Err(error) if concerns_one_client(&error) => {}
                Err(error) if is_shortage(&error) => self.start_pause(&error),
                Err(error) => return Err(error),
            }
        }
    }

    /// Forgets whoever waits, for an accept that has been given up.
    pub fn stop_waiting(&self) {
        self.listener.stop_waiting(Direction::Read);
        let pause = lock(&self.backoff).pause.take();
        if let Some(mut pause) = pause {
            // The pause itself goes on.
            pause.reset(pause.deadline());
            self.put_back(pause);
        }
    }

    fn start_pause(&self, error: &io::Error) {
        let mut backoff = lock(&self.backoff);
        let pause = backoff.next;
        backoff.next = (pause * 2).min(LONGEST_PAUSE);
        drop(backoff);
        trace::warn(format_args!(
            "cannot accept a connection: {error}; trying again in {} ms",
            pause.as_millis()
        ));
        let handle = self.handle();
        self.put_back(handle.timer(handle.now() + pause));
    }

    fn pause_is_over(&self, waiter: &W) -> bool {
        // The timer is out of the mutex while it is polled: polling drops the former waiter, and no
        // waiter is ever dropped while a lock is held.
        let pause = lock(&self.backoff).pause.take();
        let Some(mut pause) = pause else { return true };
        if pause.poll(waiter) {
            return true;
        }
        self.put_back(pause);
        false
    }

    fn put_back(&self, pause: Timer<W>) {
        let former = lock(&self.backoff).pause.replace(pause);
        drop(former);
    }
}

/// Errors of a connection that has broken off while it stood in the queue (`ECONNABORTED` in `accept(2)`, `WSAECONNRESET` in
/// Winsock's `accept`).
fn concerns_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Whether the process or the machine is short of something that accepting needs.
#[cfg(unix)]
fn is_shortage(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM)
    )
}

/// Whether the process or the machine is short of something that accepting needs.
#[cfg(windows)]
fn is_shortage(error: &io::Error) -> bool {
    /// Winsock's "too many open sockets" and "no buffer space available".
    const WSAEMFILE: i32 = 10024;
    const WSAENOBUFS: i32 = 10055;
    matches!(error.raw_os_error(), Some(WSAEMFILE | WSAENOBUFS))
}

impl<L: Accept + fmt::Debug, W: Unpark> fmt::Debug for Acceptor<L, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acceptor")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}
