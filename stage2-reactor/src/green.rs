//! Green threads on the reactor: whoever cannot go on parks, and when nobody can, the OS waits.
//!
//! ```text
//!      green thread: read ─► WouldBlock ─► leave `current()` with the reactor ─► park
//!                      ▲                                                          │
//!                      └──────────────── unpark ◄── Reactor::turn ◄───────────────┘
//!                                                   (when nobody is runnable: waits)
//! ```

use crate::{Handle, Reactor, Unpark};
use stage1_green_threads::{Outside, Thread, current, park, run_with, trace};
use std::cell::RefCell;
use std::io;
use std::time::{Duration, Instant};

/// The reactor of this stage: it wakes green threads.
pub type GreenReactor = Reactor<Thread>;

/// In this stage it is green threads that wait.
impl Unpark for Thread {
    fn unpark(self) {
        Thread::unpark(&self);
    }

    fn same(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

thread_local! {
    /// The reactor of the `run` that this OS thread is in.
    static CURRENT: RefCell<Option<Handle<Thread>>> = const { RefCell::new(None) };
}

/// Runs `f` as the first green thread, like stage 1's [`run`](stage1_green_threads::run), and with a
/// reactor: while every green thread waits, this OS thread waits in the operating system.
///
/// # Errors
///
/// If the OS has no descriptors left for a reactor.
///
/// # Panics
///
/// As stage 1's `run`. A deadlock is still certain when it is reported: everyone is parked, and
/// nobody has left a waiter with the reactor.
///
/// # Example
///
/// ```
/// use stage1_green_threads::spawn;
/// use stage2_reactor::net::{TcpListener, TcpStream};
/// use std::io::{Read, Write};
///
/// let text = stage2_reactor::run(|| -> std::io::Result<String> {
///     let listener = TcpListener::bind("127.0.0.1:0")?;
///     let address = listener.local_addr()?;
///     spawn(move || listener.accept().unwrap().0.write_all(b"hello").unwrap());
///     let mut text = String::new();
///     TcpStream::connect(address)?.read_to_string(&mut text)?;
///     Ok(text)
/// })??;
/// assert_eq!(text, "hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg_attr(feature = "tracing", track_caller)]
pub fn run<R: 'static>(f: impl FnOnce() -> R + 'static) -> io::Result<R> {
    Ok(run_on(Reactor::new()?, f))
}

/// Like [`run`], on a reactor that the caller has made, such as a simulated one.
///
/// # Panics
///
/// As [`run`].
#[cfg_attr(feature = "tracing", track_caller)]
pub fn run_on<R: 'static>(reactor: GreenReactor, f: impl FnOnce() -> R + 'static) -> R {
    let _entered = Entered::new(reactor.handle().clone());
    run_with(Green(reactor), f)
}

/// The reactor, as stage 1's scheduler sees it.
struct Green(GreenReactor);

// region: outside
impl Outside for Green {
    fn turn(&mut self, wait: bool) -> io::Result<bool> {
        if !wait {
            self.0.turn(Some(Duration::ZERO))?;
            return Ok(true);
        }
        if !self.0.has_waiters() {
            return Ok(false);
        }
        trace::park(0);
        let turn = self.0.turn(None);
        trace::unpark(0);
        match turn {
            // A simulated world knows when nothing can happen in it any more.
            Err(error) if error.kind() == io::ErrorKind::Deadlock => Ok(false),
            turn => turn.map(|_| true),
        }
    }
}
// endregion: outside

/// While it lives, this OS thread has a current reactor.
struct Entered(Option<Handle<Thread>>);

impl Entered {
    fn new(handle: Handle<Thread>) -> Self {
        Entered(CURRENT.replace(Some(handle)))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// The reactor of the [`run`] that the caller is in.
///
/// # Errors
///
/// Outside of `run`.
pub fn handle() -> io::Result<Handle<Thread>> {
    CURRENT.with_borrow(Clone::clone).ok_or_else(|| {
        io::Error::other(
            "no reactor runs on this thread: sockets of green threads are made inside of \
             stage2_reactor::run",
        )
    })
}

/// Lets the others run until `duration` has passed.
///
/// # Panics
///
/// Outside of [`run`].
pub fn sleep(duration: Duration) {
    let handle = handle().unwrap_or_else(|error| panic!("sleep: {error}"));
    let now = handle.now();
    match now.checked_add(duration) {
        Some(deadline) => sleep_until(deadline),
        // Beyond what the clock can count.
        None => loop {
            sleep_until(now + Duration::from_secs(u64::from(u32::MAX)));
        },
    }
}

/// Lets the others run until `deadline`, by the reactor's clock, has passed.
///
/// # Panics
///
/// Outside of [`run`].
pub fn sleep_until(deadline: Instant) {
    let handle = handle().unwrap_or_else(|error| panic!("sleep_until: {error}"));
    let mut timer = handle.timer(deadline);
    while !timer.poll(&current()) {
        park();
    }
}
