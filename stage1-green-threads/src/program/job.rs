//! What a stage is to the programs, and what its job is given: the requests, and whom to tell.
//!
//! ```text
//!  run(&Job) ─▶ fetch_begins() ─▶ N fetch tasks: each sent() once, fetched() once ─▶ fetch_done()
//!                                        ▲                                               │
//!                                 all N have sent:                                       ▼
//!                                 memory is measured    N hash tasks: each hash() once ─▶ Ok(outcomes)
//! ```

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::fetch::FetchError;
use super::hash;
use super::ledger::Figures;
use super::meter::Meter;
use super::progress::Progress;
use super::request::Request;

/// One stage, as the programs know it: what to call it, how to run the job in it, and what its
/// ledger has to say.
pub struct Stage {
    /// 0 to 5.
    pub number: u8,
    /// Its name in the ledger, such as `"green threads"`.
    pub name: &'static str,
    /// How a task of this stage waits, as the end of the sentence "a task waits …".
    pub waits: &'static str,
    /// Bytes of stack that each task reserves; 0 where a task has no stack of its own.
    pub stack: usize,
    /// Does the whole job, and gives one outcome for each request, in index order.
    ///
    /// # Errors
    ///
    /// An error means that the runtime itself could not go on (no reactor, no stack for a task).
    /// What happens to a single request is its [`Outcome`].
    pub run: fn(&Job) -> io::Result<Vec<Outcome>>,
    /// What this stage saved against the one before it, as a sentence with this run's figures.
    pub saves: fn(&Figures) -> String,
    /// What it still wastes, likewise.
    pub wastes: fn(&Figures) -> String,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stage({}, {:?})", self.number, self.name)
    }
}

/// What became of one request: the hash of its reply, or why there is none.
pub type Outcome = Result<u64, FetchError>;

/// The job that every stage does. A clone is another handle to the same job.
#[derive(Clone, Debug)]
pub struct Job {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    requests: Vec<Request>,
    server: SocketAddr,
    workers: usize,
    timeout: Duration,
    /// Rounds of [`hash::slow_hash`] for each reply.
    rounds: u64,
    meter: Meter,
    progress: Progress,
}

/// What a job is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) requests: Vec<Request>,
    pub(crate) server: SocketAddr,
    pub(crate) workers: usize,
    pub(crate) timeout: Duration,
    pub(crate) rounds: u64,
    pub(crate) progress: Progress,
}

impl Job {
    /// The clock starts here.
    pub(crate) fn start(parts: Parts, stack: usize) -> Self {
        let meter = Meter::start(parts.requests.len(), stack);
        let Parts {
            requests,
            server,
            workers,
            timeout,
            rounds,
            progress,
        } = parts;
        let shared = Shared {
            requests,
            server,
            workers,
            timeout,
            rounds,
            meter,
            progress,
        };
        Job {
            shared: Arc::new(shared),
        }
    }

    /// The requests, in index order. Each is a task of its own.
    pub fn requests(&self) -> &[Request] {
        &self.shared.requests
    }

    /// Where the delay server listens.
    pub fn server(&self) -> SocketAddr {
        self.shared.server
    }

    /// How many workers (OS threads that run tasks) to use, where there can be more than one.
    pub fn workers(&self) -> usize {
        self.shared.workers
    }

    /// How long one request may take, from connect to the end of its reply.
    pub fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    /// The job says: now come the first tasks. Heap in use from here on is theirs.
    pub fn fetch_begins(&self) {
        self.shared.meter.fetch_begins();
    }

    /// A task says, once: my request is written (or will never be). When all have said so, all of
    /// them wait, and the memory that they take is measured. Call it on the task's own stack.
    pub fn sent(&self) {
        self.shared.meter.sent();
    }

    /// A task says, once: my reply is here (`ok`), or there will be none.
    pub fn fetched(&self, ok: bool) {
        self.shared.progress.fetched(ok);
    }

    /// The job says: all replies are in; now comes the hashing.
    pub fn fetch_done(&self) {
        self.shared.meter.fetch_done();
        self.shared.progress.fetch_done();
    }

    /// The hash of one reply: a fixed slice of CPU work, the same in every stage.
    pub fn hash(&self, reply: &[u8]) -> u64 {
        let hash = hash::slow_hash(reply, self.shared.rounds);
        self.shared.progress.hashed();
        hash
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.shared.progress
    }
}
