//! Caught by: a_free_place_is_taken_at_once
//!
//! `limit` jobs, wait for all of them, the next `limit` jobs. Never more than `limit`, indeed; but the slowest of each
//! group has all the others wait for it.

use stage5_full::task::JoinSet;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut jobs = jobs.into_iter();
    let mut panicked = 0;
    loop {
        let mut group = JoinSet::new();
        for job in jobs.by_ref().take(limit) {
            group.spawn(job);
        }
        if group.is_empty() {
            return panicked;
        }
        while let Some(result) = group.join_next().await {
            panicked += usize::from(result.is_err());
        }
    }
}

#[cfg(test)]
mod check;
