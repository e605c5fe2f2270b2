//! The job of the programs, on all cores.

use std::io;

use stage1_green_threads::program::{Figures, Job, Outcome, Stage, grouped};
use stage3_executor::job::{Spawn, fetch_and_hash};
use stage4_waker::job::output;

use crate::runtime::{Builder, Runtime};

/// Stage 5, as the program runs it.
pub const STAGE: Stage = Stage {
    number: 5,
    name: "full",
    waits: "as a value that has left a `Waker`; only who was woken is polled, on any core",
    stack: 0,
    run,
    saves,
    wastes,
};

fn run(job: &Job) -> io::Result<Vec<Outcome>> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(job.workers())
        .build()?;
    Ok(runtime.block_on(fetch_and_hash(job, &runtime)))
}

impl Spawn for Runtime {
    #[track_caller]
    fn spawn<F>(&self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        output(self.spawn(future))
    }
}

fn saves(figures: &Figures) -> String {
    format!(
        "hashing runs on {} workers at once: {:.0} ms",
        figures.workers, figures.hash_wall_ms
    )
}

fn wastes(figures: &Figures) -> String {
    format!(
        "little: {} polls for {} requests",
        grouped(figures.resumes),
        figures.requests
    )
}
