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
//! * A real reactor cannot be made inside it (so [`LocalExecutor::new`](crate::LocalExecutor::new) is an error), real sockets and the names of hosts
//!   are refused by the simulated driver, and a wake from another OS thread between two polls fails the run. All of them say so.
//! * It cannot see a program that reads [`Instant::now`], blocks on std's own sockets, locks or threads, draws from a generator of
//!   its own (as `futures::select!` does, but not `select_biased!`), or depends on addresses, on the numbers of tasks, or on the order of a
//!   `HashMap`. Such a program may not replay. Ask [`stage3_executor::time::now`] for the time.
//! * A seed stands for a schedule of this program in this version, with the same settings. It is for replaying, not for keeping.
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
mod explored;
mod explorer;
mod local;

use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
pub use stage2_reactor::simulation::{Faults, World, refuse};

pub use self::explored::Explored;
pub use self::explorer::{Explorer, Failure, SEED_VARIABLE, explore};

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
    // Not the seed that the world draws from: else choices and faults would go hand in hand.
    let mut generator = StdRng::seed_from_u64(seed.wrapping_add(1));
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
