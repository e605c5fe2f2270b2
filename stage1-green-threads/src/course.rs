//! What the checks of the exercises have in common. It comes after the lesson, and is none of it.
//!
//! ```text
//!   #[test] fn a_check() ──▶ check(|seed| …)
//!                              │  for each seed, on a thread of its own
//!                              ├─ returns ───────▶ the next seed, also if it has called `cannot_tell`
//!                              ├─ panics ────────▶ the panic's message, and the last events
//!                              └─ time is up ────▶ the last events, and why, where they tell
//! ```
//!
//! A check is an ordinary test. `cargo test` runs it with one seed; `cargo learn` sets the
//! variables of the `settings` below, runs it with many, and reads from a file what became of each.
//!
//! # The modules, in reading order
//!
//! - `settings`: which seeds, how long, and whom to tell
//! - `listener`: from the runtime's events to the log of the check that is running
//! - `log`, `task`: the last events, and where each task stands
//! - `sentences`, `shorten`: the events in words
//! - `reason`: why a check does not end
//! - `meaning`: what a panic of std's means
//! - `expect`: what came, and what should have

mod expect;

mod listener;

mod log;

mod meaning;

mod reason;

mod sentences;

mod settings;

mod shorten;

mod task;

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

pub use expect::expect_eq;

use listener::Listening;
use log::Log;
use sentences::Words;
use settings::Settings;

/// What became of a check under one seed.
enum Outcome {
    Passed,
    /// It needs another check to hold first.
    CannotTell,
    Failed(Box<dyn Any + Send>),
    TimeUp(Duration),
}

/// Runs `body` once for each seed, each time on a thread of its own, and fails the test that calls it as soon as `body`
/// panics or does not come back within the time limit. Then it prints the last of the runtime's events.
///
/// There is one seed, and ten seconds, unless the environment says otherwise: `LEARN_SEEDS=3..9` or `LEARN_SEEDS=4`,
/// `LEARN_LIMIT=30` (seconds; 0: no limit, for a debugger). The checks of one process run one after the other, so that the events
/// of any thread belong to one of them.
///
/// A body that does not come back keeps its thread; it ends with the process.
///
/// # Panics
///
/// If the check fails. That is what it is for.
///
/// # Examples
///
/// ```
/// use stage1_green_threads::course::check;
/// use stage1_green_threads::{run, spawn};
///
/// check(|seed| {
///     let sum = run(move || seed + spawn(|| 1).join().unwrap());
///     assert_eq!(sum, seed + 1, "join gives what the thread returned");
/// });
/// ```
#[track_caller]
pub fn check(body: impl Fn(u64) + Send + Sync + 'static) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let words = Words::of(Location::caller().file());
    let settings = Settings::from_environment().unwrap_or_else(|mistake| panic!("{mistake}"));
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let body = Arc::new(body);
    let mut failure = None;
    for seed in settings.seeds() {
        let (outcome, log) = run(body.clone(), seed, settings.limit());
        settings.note(seed, &outcome);
        let Some(payload) = explain(seed, outcome, &log, words) else {
            continue;
        };
        let hangs = payload.is::<Hangs>();
        failure.get_or_insert(payload);
        if hangs || !settings.go_on() {
            break;
        }
    }
    if let Some(payload) = failure {
        // The message has been printed where the panic began.
        panic::resume_unwind(payload);
    }
}

thread_local! {
    static CANNOT_TELL: Cell<bool> = const { Cell::new(false) };
}

/// Says, on the thread that a check runs on, that it cannot tell: what it looks at shows only when another check holds. It
/// is to return then. `cargo learn` counts it neither as passed nor as failed, but says that it waits.
///
/// # Examples
///
/// ```
/// use stage1_green_threads::course::{cannot_tell, check};
///
/// # fn connect() -> Option<u16> { Some(80) }
/// check(|_seed| {
///     let Some(port) = connect() else {
///         return cannot_tell(); // Another check is about connecting.
///     };
///     assert_eq!(port, 80);
/// });
/// ```
pub fn cannot_tell() {
    CANNOT_TELL.set(true);
}

/// The payload that fails the test of a check that does not come back.
struct Hangs;

/// Runs `body` with one seed, and returns what became of it and what was heard meanwhile.
fn run<F>(body: Arc<F>, seed: u64, limit: Option<Duration>) -> (Outcome, Log)
where
    F: Fn(u64) + Send + Sync + 'static,
{
    let listening = Listening::start();
    let (done, result) = mpsc::channel();
    let name = thread::current().name().unwrap_or("check").to_owned();
    thread::Builder::new()
        .name(name)
        .spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| body(seed)));
            // Nobody waits for it any more if the time was up.
            let _ = done.send(result.map(|()| CANNOT_TELL.get()));
        })
        .unwrap_or_else(|error| panic!("no thread for the check: {error}"));
    let outcome = match limit {
        None => result.recv().map_err(RecvTimeoutError::from),
        Some(limit) => result.recv_timeout(limit),
    };
    let outcome = match (outcome, limit) {
        (Ok(Ok(false)), _) => Outcome::Passed,
        (Ok(Ok(true)), _) => Outcome::CannotTell,
        (Ok(Err(payload)), _) => Outcome::Failed(payload),
        (Err(_), limit) => Outcome::TimeUp(limit.unwrap_or_default()),
    };
    (outcome, listening.stop())
}

/// Prints what there is to say on a failure, and returns what to fail the test with.
fn explain(seed: u64, outcome: Outcome, log: &Log, words: Words) -> Option<Box<dyn Any + Send>> {
    let payload: Box<dyn Any + Send> = match outcome {
        Outcome::Passed | Outcome::CannotTell => return None,
        Outcome::Failed(payload) => {
            eprint!("{}", meaning::of(&*payload));
            payload
        }
        Outcome::TimeUp(limit) => {
            eprintln!("\nThe check did not end within {limit:?}, and was cut off.");
            eprintln!("{}", reason::of(log, words));
            Box::new(Hangs)
        }
    };
    eprint!("{}", sentences::last_events(log, words));
    eprintln!("\n(seed {seed}; LEARN_SEEDS={seed} runs this one alone)");
    Some(payload)
}
