//! Workers that have nothing to do sleep, and are woken one at a time; no wake is lost.
//!
//! `cargo run --release -p stage5-full --example idle_workers`

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use stage5_full::runtime::{Builder, Runtime};

const WORKERS: usize = 8;

/// How often each worker has waited in the OS.
fn waits(runtime: &Runtime) -> Vec<u64> {
    let metrics = runtime.metrics();
    (0..WORKERS).map(|w| metrics.worker_park_count(w)).collect()
}

/// Until nobody has stirred for this time.
fn rest(runtime: &Runtime, quiet: Duration) {
    loop {
        let before = waits(runtime);
        thread::sleep(quiet);
        if waits(runtime) == before {
            return;
        }
    }
}

/// One task for a runtime at rest: how many of the workers stir because of it.
fn stirred_by_one_task(runtime: &Runtime) -> usize {
    rest(runtime, Duration::from_millis(20));
    let before = waits(runtime);
    runtime.block_on(runtime.spawn(async {})).unwrap();
    rest(runtime, Duration::from_millis(20));
    let after = waits(runtime);
    before.iter().zip(&after).filter(|(b, a)| b != a).count()
}

fn main() {
    let runtime = Builder::new_multi_thread().worker_threads(WORKERS).build();
    let runtime = runtime.expect("a runtime");

    // Each answer finds the workers about to go to sleep again, or asleep.
    const WAKES: usize = 20_000;
    let (answer, answers) = mpsc::channel();
    let begin = Instant::now();
    for number in 0..WAKES {
        let answer = answer.clone();
        drop(runtime.spawn(async move { answer.send(number).unwrap() }));
        assert_eq!(answers.recv(), Ok(number));
    }
    let each = begin.elapsed() / WAKES as u32;
    println!("{WAKES} wakes from outside, one after the other: none lost, {each:.1?} each");

    let mut stirred: Vec<_> = (0..9).map(|_| stirred_by_one_task(&runtime)).collect();
    stirred.sort();
    println!(
        "one task for {WORKERS} sleeping workers: {} of them stir",
        stirred[4]
    );

    rest(&runtime, Duration::from_millis(100));
    let before = waits(&runtime);
    thread::sleep(Duration::from_millis(500));
    let wakeups: u64 = waits(&runtime).iter().sum::<u64>() - before.iter().sum::<u64>();
    println!("half a second without work: {wakeups} wakeups");
}

#[test]
fn wakes_are_answered_and_workers_come_to_rest() {
    main();
}
