//! Exercise 5.4: many, but not all at once.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

use stage5_full::task::JoinSet;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    // starter| // All at once. And then?
    // starter| let mut running = JoinSet::new();
    // starter| for job in jobs {
    // starter|     running.spawn(job);
    // starter| }
    // starter| todo!("never more than `limit`; and when one ends, the next begins")
    let mut running = JoinSet::new();
    let mut panicked = 0;
    for job in jobs {
        if running.len() == limit {
            let ended = running.join_next().await;
            panicked += usize::from(ended.is_some_and(|result| result.is_err()));
        }
        running.spawn(job);
    }
    while let Some(result) = running.join_next().await {
        panicked += usize::from(result.is_err());
    }
    panicked
    // starter end
}

#[cfg(test)]
mod check;
