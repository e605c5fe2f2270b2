//! A queue for each worker, and stealing: what that gains against one queue for all (example `shared_queue`).
//!
//! `cargo run --release -p stage5-full --example local_queues`
//!
//! All tasks are spawned by one task, and so into the queue of one worker. That the other one has work, too, is due to stealing.

use std::hint;
use std::time::Instant;

use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

/// How many tasks there are at the same time.
const TASKS: usize = 64;

/// Each task runs so often, and lets the others go first in between.
async fn crowd(runs: usize, size: usize) {
    let tasks = (0..TASKS).map(|_| {
        task::spawn(async move {
            for _ in 0..runs / TASKS {
                (0..size).for_each(|_| hint::spin_loop());
                task::yield_now().await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// Nanoseconds for each run, and how many tasks were stolen.
fn measure(workers: usize, runs: usize, size: usize) -> (f64, u64) {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    let runtime: Runtime = runtime.expect("a runtime");
    let begin = Instant::now();
    let done = runtime.spawn(crowd(runs, size));
    runtime.block_on(done).unwrap();
    let each = begin.elapsed().as_nanos() as f64 / runs as f64;
    let metrics = runtime.metrics();
    let stolen = (0..workers).map(|w| metrics.worker_steal_count(w)).sum();
    (each, stolen)
}

/// Few are enough to see that it works; the figures need many.
const SHARE: usize = if cfg!(debug_assertions) { 50 } else { 1 };

fn main() {
    println!("ns for each run of a task, a queue for each worker");
    println!("                1 worker   2 workers");
    for (name, runs, size) in [("small tasks", 1_000_000, 0), ("large tasks", 4_000, 1000)] {
        let runs = runs / SHARE;
        // The median of eleven: something else may need a core at times.
        let median = |workers| {
            let mut all: Vec<_> = (0..11).map(|_| measure(workers, runs, size)).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            all[5]
        };
        let [(one, none), (two, stolen)] = [1, 2].map(median);
        assert_eq!(none, 0, "there is nobody to steal from");
        println!(
            "{name:12} {one:11.0} {two:11.0}   {:.1} times as fast, {stolen} stolen",
            one / two
        );
    }
}

#[test]
fn tasks_spawned_on_one_worker_are_done_by_any_number_of_workers() {
    main();
}
