//! The interleavings of tasks that read with the reactor that delivers events, explored by loom.
//!
//! ```text
//! export LOOM_MAX_PREEMPTIONS=3     of any number there are too many to wait for
//! RUSTFLAGS="--cfg stages_loom" cargo test --release -p stage2-reactor --lib model
//! RUSTFLAGS="--cfg stages_loom --cfg stages_mutant=\"events_do_not_count\"" cargo test …   must fail
//! ```
//!
//! The source is the real one. The socket is a count of bytes that orders nothing (an OS does more, but nobody should count on it),
//! so only the source can bring a reader to see a byte that it was told of. Each mutant is one mistake in `source.rs`,
//! and makes the models named after `mutants:` fail with their own assertion.

use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::Relaxed;
use loom::thread;

use super::*;

const READABLE: Readiness = Readiness {
    readable: true,
    writable: false,
    read_closed: false,
    write_closed: false,
};

struct Socket {
    source: Source<()>,
    bytes: AtomicUsize,
}

impl Socket {
    fn new() -> Arc<Self> {
        Arc::new(Socket {
            source: Source::new(1),
            bytes: AtomicUsize::new(0),
        })
    }

    /// A byte arrives, and the reactor hears of it.
    fn receive(&self) {
        self.bytes.fetch_add(1, Relaxed);
        self.source.event(READABLE);
    }

    /// The system call: takes all that is there. False: `WouldBlock`.
    fn read(&self) -> bool {
        self.bytes.load(Relaxed) > 0 && self.bytes.swap(0, Relaxed) > 0
    }

    /// One attempt, if the socket counts as ready. A read that gets something gets less than it asked for. An error: the
    /// reactor is gone.
    fn attempt(&self) -> io::Result<()> {
        if let Some(tick) = self.source.begin(Direction::Read)? {
            match self.read() {
                true => self.source.drained(Direction::Read, tick),
                false => self.source.would_block(Direction::Read, tick),
            }
        }
        Ok(())
    }

    /// Reads until it waits, or the reactor is gone.
    fn read_until_it_waits(&self) {
        while self.attempt().is_ok() {
            if let Wait::Stored(_) = self.source.wait(Direction::Read, ()) {
                return;
            }
        }
    }

    fn sleeps_beside_a_byte(&self) -> bool {
        self.source.has_waiter() && self.bytes.load(Relaxed) > 0
    }
}

/// Runs `f` with a share of the socket on another thread.
fn spawn(socket: &Arc<Socket>, f: impl FnOnce(&Socket) + 'static) -> thread::JoinHandle<()> {
    let socket = socket.clone();
    thread::spawn(move || f(&socket))
}

/// mutants: `events_do_not_count`, `the_word_is_read_relaxed`, `a_wait_is_never_refused`
#[test]
fn a_reader_never_sleeps_beside_a_byte() {
    loom::model(|| {
        let socket = Socket::new();
        let reactor = spawn(&socket, |socket| {
            socket.receive();
            socket.receive();
        });
        let reader = spawn(&socket, Socket::read_until_it_waits);
        reactor.join().unwrap();
        reader.join().unwrap();
        assert!(
            !socket.sleeps_beside_a_byte(),
            "an event was lost: the reader sleeps beside a byte"
        );
    });
}

/// mutants: the same
#[test]
fn an_attempt_of_another_task_takes_no_event_from_a_reader() {
    loom::model(|| {
        let socket = Socket::new();
        let reactor = spawn(&socket, Socket::receive);
        let other = spawn(&socket, |socket| socket.attempt().unwrap());
        socket.read_until_it_waits();
        reactor.join().unwrap();
        other.join().unwrap();
        assert!(
            !socket.sleeps_beside_a_byte(),
            "an attempt of another task has forgotten an event: the reader sleeps beside a byte"
        );
    });
}

/// mutants: `a_wait_is_never_refused`
#[test]
fn nobody_sleeps_when_the_reactor_is_gone() {
    loom::model(|| {
        let socket = Socket::new();
        let reactor = spawn(&socket, |socket| {
            socket.source.shut_down();
        });
        socket.read_until_it_waits();
        reactor.join().unwrap();
        assert!(
            !socket.source.has_waiter(),
            "a reader waits for a reactor that is gone"
        );
    });
}
