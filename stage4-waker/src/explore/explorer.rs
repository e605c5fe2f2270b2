//! Which schedules are tried, and what is reported of the one that fails.

use std::any::Any;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::panic::{AssertUnwindSafe, catch_unwind};

use stage2_reactor::simulation::Exploring;

use super::events::Events;
use super::{Faults, World, local};

/// The environment variable that names the one seed to run: see [`Explorer::new`].
pub const SEED_VARIABLE: &str = "STAGES_SEED";

/// Which schedules to try, and in what kind of world.
#[derive(Debug, Clone)]
pub struct Explorer {
    /// Not empty.
    seeds: RangeInclusive<u64>,
    faults: Faults,
    limit: usize,
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
        assert!(!seeds.is_empty(), "an exploration needs at least one seed");
        match std::env::var(SEED_VARIABLE).map(|seed| seed.parse()) {
            Ok(Ok(seed)) => Explorer::seed(seed),
            Ok(Err(_)) => panic!("{SEED_VARIABLE} must be a whole number"),
            Err(_) => Explorer::of(seeds.start..=seeds.end - 1),
        }
    }

    /// One schedule only: to replay a failure.
    pub fn seed(seed: u64) -> Self {
        Explorer::of(seed..=seed)
    }

    fn of(seeds: RangeInclusive<u64>) -> Self {
        let faults = Faults::default();
        let limit = 100_000;
        Explorer {
            seeds,
            faults,
            limit,
        }
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
        self.run_with(|world, limit| local::run(world, limit, &program))
    }

    /// Runs the first seed and returns its events, one a line, whether or not it fails.
    pub fn events<F>(&self, program: impl Fn() -> F) -> Vec<String>
    where
        F: Future<Output = ()> + 'static,
    {
        self.events_with(|world, limit| local::run(world, limit, &program))
    }

    /// Runs whatever `run` makes of a world, once for each seed: `run` is given the world and the step limit and should
    /// [`drive`](super::drive) its program. This is what other runtimes build on.
    ///
    /// # Errors
    ///
    /// The first failure. A panic out of `run` is one.
    pub fn run_with(
        &self,
        run: impl Fn(&World, usize) -> Result<(), String>,
    ) -> Result<(), Failure> {
        for seed in self.seeds.clone() {
            self.run_seed(seed, &run)?;
        }
        Ok(())
    }

    /// As [`events`](Self::events), with whatever `run` makes of a world.
    pub fn events_with(&self, run: impl Fn(&World, usize) -> Result<(), String>) -> Vec<String> {
        let first = self.run_seed(*self.seeds.start(), &run);
        first.unwrap_or_else(|failure| failure.events)
    }

    fn run_seed(
        &self,
        seed: u64,
        run: &impl Fn(&World, usize) -> Result<(), String>,
    ) -> Result<Vec<String>, Failure> {
        let world = World::with_faults(seed, self.faults);
        let events = Events::new(world.clone());
        let result = events.collect(|| {
            let _exploring = Exploring::begin();
            catch_unwind(AssertUnwindSafe(|| run(&world, self.limit)))
                .unwrap_or_else(|panic| Err(format!("panicked: {}", message(&*panic))))
        });
        match result {
            Ok(()) => Ok(events.take()),
            Err(reason) => Err(Failure {
                seed,
                reason: events.renumber(&reason),
                events: events.take(),
            }),
        }
    }
}

/// Runs `program` under a schedule for each seed, and panics with the first failure: see [`Explorer::new`].
///
/// # Panics
///
/// With the [`Failure`], which says how to replay it.
#[track_caller]
pub fn explore<F>(seeds: Range<u64>, program: impl Fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    if let Err(failure) = Explorer::new(seeds).run(program) {
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
