//! One queue for all workers, behind a lock: what it is good for, and what it costs.
//!
//! `cargo run --release -p stage5-full --example shared_queue`
//!
//! The jobs come back to the queue again and again, as tasks do that yield. The same with local queues: example `local_queues`.

use std::collections::VecDeque;
use std::hint;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Instant;

/// How many jobs are in the queue at the same time.
const JOBS: usize = 64;

struct SharedQueue {
    state: Mutex<State>,
    more: Condvar,
}

struct State {
    jobs: VecDeque<usize>,
    /// How many runs there are still to be begun.
    left: usize,
}

impl SharedQueue {
    fn new(runs: usize) -> Self {
        let jobs = (0..JOBS).collect();
        let (state, more) = (Mutex::new(State { jobs, left: runs }), Condvar::new());
        SharedQueue { state, more }
    }

    /// The next job; none when all runs are done.
    fn pop(&self) -> Option<usize> {
        let mut state = self.state.lock().unwrap();
        while state.left > 0 {
            if let Some(job) = state.jobs.pop_front() {
                state.left -= 1;
                return Some(job);
            }
            state = self.more.wait(state).unwrap();
        }
        self.more.notify_all();
        None
    }

    fn push(&self, job: usize) {
        self.state.lock().unwrap().jobs.push_back(job);
        self.more.notify_one();
    }

    fn work(&self, size: usize) {
        while let Some(job) = self.pop() {
            (0..size).for_each(|_| hint::spin_loop());
            self.push(job);
        }
    }
}

/// So many runs of jobs of this size on so many threads: nanoseconds for each.
fn measure(threads: usize, runs: usize, size: usize) -> f64 {
    let queue = SharedQueue::new(runs);
    let begin = Instant::now();
    thread::scope(|scope| {
        (0..threads).for_each(|_| drop(scope.spawn(|| queue.work(size))));
    });
    let elapsed = begin.elapsed();
    assert_eq!(queue.state.into_inner().unwrap().left, 0);
    elapsed.as_nanos() as f64 / runs as f64
}

/// Few are enough to see that it works; the figures need many.
const SHARE: usize = if cfg!(debug_assertions) { 50 } else { 1 };

fn main() {
    println!("ns for each run of a job, one queue for all");
    println!("                1 worker   2 workers");
    for (name, runs, size) in [("small jobs", 200_000, 0), ("large jobs", 4_000, 1000)] {
        let runs = runs / SHARE;
        // The median of eleven: something else may need a core at times.
        let median = |threads| {
            let mut all: Vec<_> = (0..11).map(|_| measure(threads, runs, size)).collect();
            all.sort_by(f64::total_cmp);
            all[5]
        };
        let [one, two] = [1, 2].map(median);
        println!(
            "{name:12} {one:11.0} {two:11.0}   {:.1} times as fast",
            one / two
        );
    }
}

#[test]
fn all_runs_of_all_jobs_are_done_by_any_number_of_workers() {
    main();
}
