//! Caught by: a_panic_frees_its_place
//!
//! A channel with `limit` permits: take one, do the job, put it back. But a job that panics never comes to the line
//! that puts it back. After `limit` panics there are no permits, and nobody ever starts again. (A permit that comes
//! back when it is *dropped* would do.)

use stage5_full::sync::mpsc;
use stage5_full::task::JoinSet;

/// Runs each job in a task of its own, at most `limit` of them at once, and says how many have panicked.
async fn run_all<F>(jobs: Vec<F>, limit: usize) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let (give_back, mut permits) = mpsc::channel(limit);
    for _ in 0..limit {
        give_back
            .try_send(())
            .expect("there is room for all of them");
    }
    let mut running = JoinSet::new();
    for job in jobs {
        permits.recv().await;
        let give_back = give_back.clone();
        running.spawn(async move {
            job.await;
            give_back.send(()).await.expect("its receiver lives on");
        });
    }
    let mut panicked = 0;
    while let Some(result) = running.join_next().await {
        panicked += usize::from(result.is_err());
    }
    panicked
}

#[cfg(test)]
mod check;
