//! The job of the programs, on the executor that polls only what was woken.

use std::io;

use stage1_green_threads::program::{Figures, Job, Outcome, Stage, grouped};
use stage3_executor::job::{Spawn, fetch_and_hash};

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

impl Spawn for LocalExecutor {
    #[track_caller]
    fn spawn<F>(&self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        output(self.spawn(future))
    }
}

/// The output of a task that nobody aborts. If it panicked, so does this.
pub async fn output<T>(task: JoinHandle<T>) -> T {
    let result = task.await;
    result.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn saves(figures: &Figures) -> String {
    format!(
        "only what was woken is polled: {} polls for {} requests",
        grouped(figures.resumes),
        figures.requests
    )
}

fn wastes(figures: &Figures) -> String {
    format!(
        "one core, however many there are: hashing took {:.0} ms",
        figures.hash_wall_ms
    )
}
