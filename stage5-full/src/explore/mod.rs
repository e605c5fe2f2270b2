//! Run one program under many schedules of several workers, each decided by a seed, and replay the one that fails.
//!
//! ```text
//!    seed ──► which of N virtual workers steps next; whether it asks its reactor first; from whom it steals
//!       └───► World    in-memory sockets, faults, a virtual clock
//!
//!    a step: the worker takes one task and polls it, or fetches or steals one, or asks its reactor, or rests
//!    all of them rest: time jumps to the next deadline; without one, it is a deadlock
//! ```
//!
//! This is stage 4's exploration with stage 5's runtime in it: the step of a worker that its thread loops over otherwise, with run queues, LIFO
//! slots, steals and a reactor for each worker, all on one OS thread. Everything that happens is written down; the same seed gives the same
//! list of events, byte for byte.
//!
//! # What it does not control
//!
//! * It interleaves between polls only. Two workers never poll at the same moment, and no worker is ever held in a long poll. Races
//!   inside lock-free code, and the falling asleep and waking of workers, are loom's.
//! * Threads and what needs them are refused with an error that says so: a [`Runtime`](crate::Runtime) or another executor of its own, real sockets,
//!   names of hosts and `ctrl_c` are an `Err`; `spawn_blocking` and `block_on` panic; a wake or a spawn from another OS thread fails the run.
//! * What stage 4's exploration cannot see, this one cannot see either: real clocks, std's own sockets and locks, generators and hash maps of
//!   the program; see [there](stage4_waker::explore). Ask [`time::now`](crate::time::now) for the time.
//!
//! # Examples
//!
//! ```
//! use stage5_full::explore::Explorer;
//! use stage5_full::task::JoinSet;
//!
//! Explorer::new(0..20).workers(3).run(|| async {
//!     let mut set = JoinSet::new();
//!     (1..=10).for_each(|n| drop(set.spawn(async move { n })));
//!     assert_eq!(set.join_all().await.iter().sum::<i32>(), 55);
//! })?;
//! # Ok::<(), stage5_full::explore::Failure>(())
//! ```

mod program;

use std::ops::Range;

use stage4_waker::explore::Explorer as Schedules;
pub use stage4_waker::explore::{Failure, Faults, SEED_VARIABLE, World, refuse};

use self::program::Program;

/// Which schedules to try, with how many workers, and in what kind of world.
#[derive(Debug, Clone)]
pub struct Explorer {
    schedules: Schedules,
    workers: usize,
}

impl Explorer {
    /// One schedule for each of these seeds. With `STAGES_SEED=n` in the environment, the one of seed `n` instead: so a failure is
    /// replayed without a change to the program.
    ///
    /// # Panics
    ///
    /// If there is no seed, or if the variable is set and is not a whole number.
    #[track_caller]
    pub fn new(seeds: Range<u64>) -> Self {
        Explorer::of(Schedules::new(seeds))
    }

    /// One schedule only: to replay a failure. The other settings must be those with which it failed.
    pub fn seed(seed: u64) -> Self {
        Explorer::of(Schedules::seed(seed))
    }

    fn of(schedules: Schedules) -> Self {
        Explorer {
            schedules,
            workers: 3,
        }
    }

    /// How many virtual workers there are (3 unless told).
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn workers(mut self, workers: usize) -> Self {
        assert!(workers > 0, "an exploration needs at least one worker");
        self.workers = workers;
        self
    }

    /// Lets sockets fail as the seed decides.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.schedules = self.schedules.faults(faults);
        self
    }

    /// After how many steps a run counts as one that never ends (100,000 unless told).
    pub fn step_limit(mut self, steps: usize) -> Self {
        self.schedules = self.schedules.step_limit(steps);
        self
    }

    /// Runs the program once for each seed, until one fails. It is a task itself, so its future is `Send`; when it is done, tasks
    /// that it has left behind are dropped.
    ///
    /// # Errors
    ///
    /// The first failure: a panic, a deadlock, a run that never ends, or something that no seed decides.
    pub fn run<F>(&self, program: impl Fn() -> F) -> Result<(), Failure>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.schedules
            .run_with(|world, limit| Program::start(world, self.workers, &program).drive(limit))
    }

    /// Runs the first seed and returns its events, one a line, whether or not it fails.
    pub fn events<F>(&self, program: impl Fn() -> F) -> Vec<String>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.schedules
            .events_with(|world, limit| Program::start(world, self.workers, &program).drive(limit))
    }
}

/// Runs `program` on three workers under a schedule for each seed, and panics with the first failure: see [`Explorer::new`].
///
/// # Panics
///
/// With the [`Failure`], which says how to replay it.
#[track_caller]
pub fn explore<F>(seeds: Range<u64>, program: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    if let Err(failure) = Explorer::new(seeds).run(program) {
        panic!("{failure}");
    }
}
