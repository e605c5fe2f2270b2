//! The same for many, some at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use stage5_full::task::JoinSet;

/// Gives each of `items` to `work`, at most `at_once` at the same time, and returns the results in the items' order.
///
/// # Cancel safety
///
/// When it is dropped, what is under way is dropped too.
pub(crate) async fn map<T, R, F>(items: Vec<T>, at_once: usize, work: impl Fn(T) -> F) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    let jobs: VecDeque<(usize, F)> = items.into_iter().map(work).enumerate().collect();
    let jobs = Arc::new(Mutex::new(jobs));
    let results = Arc::new(Mutex::new(Vec::new()));
    let mut workers = JoinSet::new();
    for _ in 0..at_once.max(1) {
        let (jobs, results) = (jobs.clone(), results.clone());
        workers.spawn(async move {
            loop {
                let job = jobs
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop_front();
                let Some((index, job)) = job else { return };
                let result = job.await;
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                results.push((index, result));
            }
        });
    }
    workers.join_all().await;
    let mut results = std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner));
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// How many checks may run at the same time. Some of them wait for their time to be up.
pub(crate) fn processes() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get()) * 2
}
