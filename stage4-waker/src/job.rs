//! The job of the programs, on the executor that polls only what was woken.

use std::io;

use stage1_green_threads::program::{FetchError, Figures, Job, Outcome, Stage};
use stage3_executor::job::fetch_async;

use crate::local::LocalExecutor;
use crate::task::JoinHandle;

/// Stage 4: the leaf futures of stage 3 unchanged, and a waker that is listened to.
pub const STAGE: Stage = Stage {
    number: 4,
    name: "waker",
    waits: "as a value that has left a waker; only what was woken is polled",
    stack: 0,
    run,
    saves,
    wastes,
};

fn run(job: &Job) -> io::Result<Vec<Outcome>> {
    let executor = LocalExecutor::new()?;
    Ok(executor.block_on(fetch_and_hash(job, &executor)))
}

async fn fetch_and_hash(job: &Job, executor: &LocalExecutor) -> Vec<Outcome> {
    job.fetch_begins();
    let fetch = |index| executor.spawn(fetch_async(job.clone(), index));
    let replies = results((0..job.requests().len()).map(fetch).collect()).await;
    job.fetch_done();
    let hash = |reply: Result<Vec<u8>, FetchError>| {
        let job = job.clone();
        executor.spawn(async move { reply.map(|reply| job.hash(&reply)) })
    };
    results(replies.into_iter().map(hash).collect()).await
}

async fn results<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        match task.await {
            Ok(result) => results.push(result),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results
}

fn saves(figures: &Figures) -> String {
    format!(
        "only what was woken is polled: {} polls for {} requests",
        figures.resumes, figures.requests
    )
}

fn wastes(figures: &Figures) -> String {
    format!(
        "one core, however many there are: hashing took {:.0} ms",
        figures.hash_wall_ms
    )
}
