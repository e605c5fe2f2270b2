//! Run one program under many schedules, each decided by a seed, and replay the one that fails.
//!
//! ```text
//!    seed ──► generator ──► which ready task (or, in stage 5, which worker) steps next
//!       └───► World         in-memory sockets, faults, a virtual clock
//!
//!    until the program is done:
//!        somebody can step:   the generator picks one, it steps
//!        nobody can:          time jumps to the next deadline; without one, it is a deadlock
//! ```
//!
//! Everything that happens is written down; the same seed gives the same list of events, byte for byte.
//!
//! # What it does not control
//!
//! * It interleaves between polls only. Races inside lock-free code are loom's.
//! * A real reactor cannot be made inside it ([`LocalExecutor::new`](crate::LocalExecutor::new) is an error), real sockets are refused by
//!   the simulated driver, and a wake from another OS thread fails the run. All three say so.
//! * It cannot see a program that reads [`Instant::now`], blocks on std's own sockets or locks, draws from a generator of
//!   its own, or depends on addresses or the order of a `HashMap`. Such a program may not replay. Ask
//!   [`stage3_executor::time::now`] for the time.
//!
//! # Examples
//!
//! ```
//! use stage4_waker::explore::explore;
//! use stage4_waker::spawn_local;
//!
//! explore(0..20, || async {
//!     let (one, two) = (spawn_local(async { 1 }), spawn_local(async { 2 }));
//!     assert_eq!(one.await.unwrap() + two.await.unwrap(), 3);
//! });
//! ```

mod events;
mod guard;
mod local;

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stage2_reactor::simulation::{Faults, World};

use self::events::Events;
pub(crate) use self::guard::Explored;
use self::guard::Exploring;
pub use self::guard::refuse;

/// The environment variable that makes [`explore`] run one seed only.
pub const SEED_VARIABLE: &str = "STAGES_SEED";

/// A program in a world that can be stepped: an executor and its ready tasks, or a runtime and its workers.
pub trait Steppable {
    /// Delivers what has happened, without waiting, and says how many could step now.
    ///
    /// # Errors
    ///
    /// Why the run cannot go on: something happened that no seed decides.
    fn choices(&mut self) -> Result<usize, String>;

    /// Lets one of them step.
    fn step(&mut self, choice: usize);

    /// Whether the program is done, and how it ended.
    fn outcome(&mut self) -> Option<Result<(), String>>;

    /// When the next timer is due.
    fn next_deadline(&self) -> Option<Instant>;
}

/// Steps a program to its end, as the seed decides. After `limit` steps it counts as one that never ends.
///
/// # Errors
///
/// How it failed: by a panic, a deadlock, the limit, or what [`Steppable::choices`] found.
pub fn drive(
    program: &mut dyn Steppable,
    world: &World,
    seed: u64,
    limit: usize,
) -> Result<(), String> {
    let mut generator = StdRng::seed_from_u64(seed);
    let mut steps = 0;
    loop {
        if let Some(outcome) = program.outcome() {
            return outcome;
        }
        match program.choices()? {
            0 => match program.next_deadline() {
                Some(deadline) => world.advance_to(deadline),
                None => return Err(DEADLOCK.into()),
            },
            _ if steps == limit => return Err(format!("not done after {limit} steps")),
            count => program.step(generator.random_range(0..count)),
        }
        steps += 1;
        if steps > limit.saturating_mul(2) {
            return Err(format!(
                "not done after {limit} steps: time moves and nobody gets on"
            ));
        }
    }
}

const DEADLOCK: &str =
    "deadlock: every task waits, no timer is set, and nothing inside can wake anybody";

/// Which schedules to try, and in what kind of world.
#[derive(Debug, Clone)]
pub struct Explorer {
    seeds: Range<u64>,
    faults: Faults,
    limit: usize,
}

impl Explorer {
    /// One schedule for each of these seeds.
    pub fn new(seeds: Range<u64>) -> Self {
        let faults = Faults::default();
        let limit = 100_000;
        Explorer {
            seeds,
            faults,
            limit,
        }
    }

    /// One schedule only: to replay a failure.
    pub fn seed(seed: u64) -> Self {
        Explorer::new(seed..seed.saturating_add(1))
    }

    /// Lets sockets fail as the seed decides.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// After how many steps a run counts as one that never ends (100,000 unless told).
    pub fn step_limit(mut self, steps: usize) -> Self {
        self.limit = steps;
        self
    }

    /// Runs the program once for each seed, on a [`LocalExecutor`](crate::LocalExecutor), until one fails.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn run<F>(&self, program: impl Fn() -> F) -> Result<(), Failure>
    where
        F: Future<Output = ()> + 'static,
    {
        let run = |world: &World, limit| local::run(world, limit, &program);
        self.run_with(run).map(drop)
    }

    /// Runs whatever `run` makes of a world, once for each seed: `run` is given the world and the step limit and should
    /// [`drive`] its program. Returns the events of the last run. This is what other runtimes build on.
    ///
    /// # Errors
    ///
    /// The first failure. A panic out of `run` is one.
    pub fn run_with(
        &self,
        run: impl Fn(&World, usize) -> Result<(), String>,
    ) -> Result<Vec<String>, Failure> {
        let mut last = Vec::new();
        for seed in self.seeds.clone() {
            let world = World::with_faults(seed, self.faults);
            let events = Events::new(world.clone());
            let result = events.collect(|| {
                let _exploring = Exploring::begin();
                catch_unwind(AssertUnwindSafe(|| run(&world, self.limit)))
                    .unwrap_or_else(|panic| Err(format!("panicked: {}", message(&*panic))))
            });
            let events = events.take();
            if let Err(reason) = result {
                return Err(Failure {
                    seed,
                    reason,
                    events,
                });
            }
            last = events;
        }
        Ok(last)
    }

    /// Runs the first seed and returns its events, one a line, whether or not it fails.
    pub fn events<F>(&self, program: impl Fn() -> F) -> Vec<String>
    where
        F: Future<Output = ()> + 'static,
    {
        let first = Explorer {
            seeds: self.seeds.start..self.seeds.start + 1,
            ..self.clone()
        };
        let run = |world: &World, limit| local::run(world, limit, &program);
        first.run_with(run).unwrap_or_else(|failure| failure.events)
    }
}

/// Runs `program` under a schedule for each seed, and panics with the first failure. With `STAGES_SEED=n` in the
/// environment it runs seed `n` alone.
///
/// # Panics
///
/// With the [`Failure`], which says how to replay it.
#[track_caller]
pub fn explore<F>(seeds: Range<u64>, program: impl Fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    let replay = std::env::var(SEED_VARIABLE).ok();
    let explorer = match replay.map(|seed| seed.parse()) {
        Some(Ok(seed)) => Explorer::seed(seed),
        Some(Err(_)) => panic!("{SEED_VARIABLE} must be a whole number"),
        None => Explorer::new(seeds),
    };
    if let Err(failure) = explorer.run(program) {
        panic!("{failure}");
    }
}

/// A schedule under which the program failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Gives this schedule again.
    pub seed: u64,
    /// How it failed.
    pub reason: String,
    /// What happened until then, one event a line.
    pub events: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            seed,
            reason,
            events,
        } = self;
        writeln!(f, "seed {seed} fails: {reason}")?;
        writeln!(
            f,
            "replay it with {SEED_VARIABLE}={seed}, or with Explorer::seed({seed})"
        )?;
        let tail = events.len().saturating_sub(20);
        writeln!(f, "the last of {} events:", events.len())?;
        events[tail..]
            .iter()
            .try_for_each(|event| writeln!(f, "  {event}"))
    }
}

impl std::error::Error for Failure {}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "(no message)".into())
}
