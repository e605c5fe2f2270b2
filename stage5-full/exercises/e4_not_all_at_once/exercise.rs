//! Exercise 5.4: many, but not all at once.
#![allow(unused, reason = "until the exercise is done")]

use stage5_full::task::JoinSet;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    // All at once. And then?
    let mut running = JoinSet::new();
    for job in jobs {
        running.spawn(job);
    }
    todo!("never more than `limit`; and when one ends, the next begins")
}

#[cfg(test)]
mod check;
