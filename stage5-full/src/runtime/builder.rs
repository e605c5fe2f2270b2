//! How many workers, and with what settings.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use stage3_executor::reactor::Reactor;

use super::Runtime;
use super::handle::Handle;
use super::shared::{OwnEnds, Shared};
use super::worker::Worker;

/// Builds a [`Runtime`].
///
/// # Examples
///
/// ```
/// use stage5_full::runtime::Builder;
///
/// let runtime = Builder::new_multi_thread()
///     .worker_threads(2)
///     .thread_name("my-service")
///     .build()?;
/// assert_eq!(runtime.metrics().num_workers(), 2);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Builder {
    settings: Settings,
    workers: usize,
    seed: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) thread_name: String,
    pub(super) thread_stack_size: Option<usize>,
    pub(super) max_blocking_threads: usize,
    pub(super) thread_keep_alive: Duration,
    pub(super) event_interval: u32,
    pub(super) global_queue_interval: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            thread_name: "stages".to_owned(),
            thread_stack_size: None,
            max_blocking_threads: 512,
            thread_keep_alive: Duration::from_secs(10),
            event_interval: 61,
            global_queue_interval: 31,
        }
    }
}

impl Builder {
    /// A runtime with a worker for each core.
    pub fn new_multi_thread() -> Self {
        Builder {
            workers: thread::available_parallelism().map_or(1, NonZero::get),
            seed: None,
            settings: Settings::default(),
        }
    }

    /// How many workers run tasks, each on its thread. The default is one for each core.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn worker_threads(&mut self, workers: usize) -> &mut Self {
        assert!(workers > 0, "a runtime needs at least one worker");
        self.workers = workers;
        self
    }

    /// What the names of the runtime's threads begin with. The default is `stages`.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Self {
        self.settings.thread_name = name.into();
        self
    }

    /// The stack of the runtime's threads in bytes. The default is that of std.
    pub fn thread_stack_size(&mut self, bytes: usize) -> &mut Self {
        self.settings.thread_stack_size = Some(bytes);
        self
    }

    /// How many threads at most are started for [`spawn_blocking`](crate::task::spawn_blocking). The default is 512. Calls beyond that wait.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, threads: usize) -> &mut Self {
        assert!(threads > 0, "spawn_blocking needs at least one thread");
        self.settings.max_blocking_threads = threads;
        self
    }

    /// How long a thread for blocking calls waits for the next one before it ends. The default is 10 s.
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Self {
        self.settings.thread_keep_alive = duration;
        self
    }

    /// After how many polls a busy worker asks its reactor for events. The default is 61.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn event_interval(&mut self, polls: u32) -> &mut Self {
        assert!(polls > 0, "an interval is at least one poll");
        self.settings.event_interval = polls;
        self
    }

    /// After how many polls a busy worker takes from the global queue first. The default is 31.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn global_queue_interval(&mut self, polls: u32) -> &mut Self {
        assert!(polls > 0, "an interval is at least one poll");
        self.settings.global_queue_interval = polls;
        self
    }

    /// Determines the order in which workers look for victims. By default it is different in each runtime.
    pub fn rng_seed(&mut self, seed: u64) -> &mut Self {
        self.seed = Some(seed);
        self
    }

    /// Does nothing: sockets and timers are always there. It stands here for programs that come from tokio.
    pub fn enable_all(&mut self) -> &mut Self {
        self
    }

    /// See [`enable_all`](Self::enable_all).
    pub fn enable_io(&mut self) -> &mut Self {
        self
    }

    /// See [`enable_all`](Self::enable_all).
    pub fn enable_time(&mut self) -> &mut Self {
        self
    }

    /// Makes the reactors and starts the workers.
    ///
    /// # Errors
    ///
    /// If the OS has no descriptors or threads left for them; inside an exploration.
    // region: build
    pub fn build(&mut self) -> io::Result<Runtime> {
        let reactors = (0..self.workers).map(|_| Reactor::new());
        let reactors = reactors.collect::<io::Result<Vec<_>>>()?;
        let (shared, ends) = Shared::new(self.settings.clone(), reactors);
        // If a worker cannot be started, dropping this shuts down the others.
        let runtime = Runtime::with_handle(Handle::new(shared.clone()));
        let seed = self.seed.unwrap_or_else(some_seed);
        for (index, ends) in ends.into_iter().enumerate() {
            start_worker(&shared, index, ends, seed.wrapping_add(index as u64))?;
        }
        Ok(runtime)
    }
    // endregion: build
}

fn start_worker(shared: &Arc<Shared>, index: usize, ends: OwnEnds, seed: u64) -> io::Result<()> {
    let purpose = format!("worker-{index}");
    let worker = shared.clone();
    shared.threads.start(&shared.settings, &purpose, move || {
        Worker::new(worker, index, ends, seed).run();
    })
}

/// A number that is different each time: std seeds its hash maps from the OS.
fn some_seed() -> u64 {
    RandomState::new().hash_one(0)
}
