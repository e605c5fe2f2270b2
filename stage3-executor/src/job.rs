//! The job of the programs, on the executor that asks everybody.

use std::io;

use stage1_green_threads::program::{FetchError, Figures, Job, Outcome, Stage, grouped};

use crate::executor::Executor;
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

/// What the job asks of an executor; those of the later stages answer too.
pub trait Spawn {
    /// Starts a task. The future gives its output; a panic of the task comes out of it.
    #[track_caller]
    fn spawn<F>(&self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future<Output: Send> + Send + 'static;
}

impl Spawn for Executor {
    #[track_caller]
    fn spawn<F>(&self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.spawn(future)
    }
}

/// The whole job, on any executor: a task for each fetch, and when all are done, a task for each hash.
pub async fn fetch_and_hash(job: &Job, executor: &impl Spawn) -> Vec<Outcome> {
    job.fetch_begins();
    let fetch = |index| executor.spawn(fetch(job.clone(), index));
    let replies = results((0..job.requests().len()).map(fetch).collect()).await;
    job.fetch_done();
    let hash = |reply: Result<Vec<u8>, FetchError>| {
        let job = job.clone();
        executor.spawn(async move { reply.map(|reply| job.hash(&reply)) })
    };
    results(replies.into_iter().map(hash).collect()).await
}

/// Awaits one after the other; they run all at once all the same.
async fn results<T>(tasks: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await);
    }
    results
}

/// One fetch, within its time limit.
async fn fetch(job: Job, index: usize) -> Result<Vec<u8>, FetchError> {
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
        Some(bytes) => format!(
            "no stacks: a task that waits is {} bytes of heap",
            grouped(bytes as u64)
        ),
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
