//! Caught by: a_free_place_is_taken_at_once
//!
//! A queue of handles, and when it is full, wait for the one in front. If the one in front is the slow one, the others
//! have long ended, and their places stay empty.

use std::collections::VecDeque;

use stage5_full::spawn;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut running = VecDeque::new();
    let mut panicked = 0;
    for job in jobs {
        if running.len() == limit
            && let Some(oldest) = running.pop_front()
        {
            let result: Result<(), _> = oldest.await;
            panicked += usize::from(result.is_err());
        }
        running.push_back(spawn(job));
    }
    for job in running {
        panicked += usize::from(job.await.is_err());
    }
    panicked
}

#[cfg(test)]
mod check;
