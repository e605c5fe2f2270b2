//! One run of one stage: from flags to figures.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use super::collector::Collector;
use super::fetch::FetchError;
use super::flags::Flags;
use super::hash;
use super::history::History;
use super::job::{Job, Parts, Stage};
use super::ledger::Figures;
use super::meter::Moment;
use super::progress::Progress;
use super::request::plan;

/// What a run is given besides its flags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) seed: u64,
    pub(crate) server: SocketAddr,
    pub(crate) workers: usize,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) figures: Figures,
    /// How a task of the stage waits: `Stage::waits`.
    pub(crate) waits: &'static str,
    pub(crate) first_failure: Option<(usize, FetchError)>,
    /// What there is to draw, if it was asked for.
    pub(crate) history: Option<History>,
}

/// Runs the job in `stage`.
///
/// # Errors
///
/// The runtime of the stage could not go on. That single requests fail is no error.
pub(crate) fn run(
    stage: &Stage,
    flags: &Flags,
    setting: Setting,
    collector: &Collector,
) -> io::Result<Run> {
    let parts = Parts {
        requests: plan(flags.requests, setting.seed, flags.max_delay()),
        server: setting.server,
        workers: setting.workers,
        timeout: flags.timeout(),
        rounds: flags.work * hash::ROUNDS_PER_MILLISECOND / flags.requests as u64,
        progress: Progress::new(flags.requests),
    };
    collector.take_counts();
    if flags.trace.is_some() || flags.draws_timeline() {
        collector.start_recording(Instant::now());
    }
    let job = Job::start(parts, stage.stack);
    let dump = collector.dump_after(flags.dump_after());
    let outcomes = (stage.run)(&job);
    let end = Moment::now();
    drop(dump);
    job.progress().finish();
    let recording = collector.stop_recording();
    let outcomes = outcomes?;
    let counts = collector.take_counts();
    let figures = Figures::of(stage, &job, setting.seed, &outcomes, &end, counts);
    let mut failures = outcomes.into_iter().enumerate();
    let first_failure = failures.find_map(|(index, outcome)| Some((index, outcome.err()?)));
    Ok(Run {
        figures,
        waits: stage.waits,
        first_failure,
        history: recording.as_ref().map(History::of),
    })
}
