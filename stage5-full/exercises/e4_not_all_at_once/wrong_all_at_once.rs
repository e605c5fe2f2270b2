//! Caught by: never_more_than_the_limit
//!
//! "Tasks are cheap." They are. What they hold is not: a connection, a file, a buffer, a place at the server that they
//! all call.

use stage5_full::task::JoinSet;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let _ = limit;
    let mut running = JoinSet::new();
    for job in jobs {
        running.spawn(job);
    }
    let mut panicked = 0;
    while let Some(result) = running.join_next().await {
        panicked += usize::from(result.is_err());
    }
    panicked
}

#[cfg(test)]
mod check;
