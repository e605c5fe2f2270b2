//! The job of the programs, on the executor that asks everybody.

use std::io;

use stage1_green_threads::program::{FetchError, Figures, Job, Outcome, Stage, grouped};

use crate::executor::{Executor, Spawned};
use crate::fetch_three_ways::async_fn;
use crate::time::timeout;

/// Stage 3, as the program runs it.
pub const STAGE: Stage = Stage {
    number: 3,
    name: "executor",
    waits: "as a value that has returned `Pending`; everybody is polled at each event",
    stack: 0,
    run,
    saves,
    wastes,
};

fn run(job: &Job) -> io::Result<Vec<Outcome>> {
    let executor = Executor::new()?;
    Ok(executor.block_on(fetch_and_hash(job, &executor)))
}

async fn fetch_and_hash(job: &Job, executor: &Executor) -> Vec<Outcome> {
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

/// Awaits one after the other; they run all at once all the same.
async fn results<T>(tasks: Vec<Spawned<T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await);
    }
    results
}

/// One fetch of the job, within its time limit. Stages 4 and 5 run this very future.
///
/// # Errors
///
/// [`FetchError`] lists them.
pub async fn fetch_async(job: Job, index: usize) -> Result<Vec<u8>, FetchError> {
    let request = &job.requests()[index];
    let fetched = timeout(
        job.timeout(),
        async_fn::fetch(request, job.server(), Unsent(&job)),
    );
    let reply = fetched.await.unwrap_or(Err(FetchError::TimedOut));
    job.fetched(reply.is_ok());
    reply
}

/// Tells the job, when it is dropped, that a request is written, or never will be.
struct Unsent<'job>(&'job Job);

impl Drop for Unsent<'_> {
    fn drop(&mut self) {
        self.0.sent();
    }
}

fn saves(figures: &Figures) -> String {
    match figures.heap_per_task {
        Some(bytes) => format!("no stacks: a task that waits is {bytes} bytes of heap"),
        None => "no stacks: a task that waits is a value on the heap".into(),
    }
}

fn wastes(figures: &Figures) -> String {
    format!(
        "every event polls every task: {} polls for {} requests",
        grouped(figures.resumes),
        figures.requests
    )
}
