//! The job of the programs, on all cores.

use std::io;

use stage1_green_threads::program::{Figures, Job, Outcome, Stage};
use stage3_executor::job::fetch_async;
use stage4_waker::JoinHandle;

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

async fn fetch_and_hash(job: &Job, runtime: &Runtime) -> Vec<Outcome> {
    job.fetch_begins();
    let fetch = |index| runtime.spawn(fetch_async(job.clone(), index));
    let replies = results((0..job.requests().len()).map(fetch).collect()).await;
    job.fetch_done();
    let hash = |reply: Result<Vec<u8>, _>| {
        let job = job.clone();
        runtime.spawn(async move { reply.map(|reply| job.hash(&reply)) })
    };
    results(replies.into_iter().map(hash).collect()).await
}

/// Awaits one after the other; they run all at once all the same.
async fn results<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        let result = task.await;
        results.push(result.expect("no task of the job panics, and none is aborted"));
    }
    results
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
        figures.resumes, figures.requests
    )
}
