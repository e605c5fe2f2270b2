//! Nobody has to wait for ever, although a worker is never idle: counted in polls and operations.
//!
//! `cargo run --release -p stage5-full --example fairness`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stage4_waker::channel::mpsc;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

/// How often the crowd is polled before it goes home.
const POLLS: usize = 200_000;

/// One worker, which looks at the global queue after so many polls.
fn runtime(global_queue_interval: u32) -> Runtime {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .global_queue_interval(global_queue_interval)
        .build();
    runtime.expect("a runtime")
}

/// Four tasks that yield all the time; and then one from outside. How often are they polled before it is its turn?
fn polls_before_an_outsider_runs(global_queue_interval: u32) -> usize {
    let runtime = runtime(global_queue_interval);
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = polls.clone();
    let (seen, was_seen) = std::sync::mpsc::channel();
    let handle = runtime.handle().clone();
    let parent = runtime.spawn(async move {
        for _ in 0..4 {
            let polls = counter.clone();
            drop(task::spawn(async move {
                while polls.fetch_add(1, Ordering::Relaxed) < POLLS {
                    task::yield_now().await;
                }
            }));
        }
        // From a thread that is no worker, while this worker is held: so it is in the global queue before the crowd begins.
        let outsider = async move { seen.send(counter.load(Ordering::Relaxed)).unwrap() };
        let spawner = std::thread::spawn(move || drop(handle.spawn(outsider)));
        spawner.join().unwrap();
    });
    runtime.block_on(parent).unwrap();
    was_seen.recv().unwrap()
}

/// A task that reads from a channel which is never empty; and its sibling, which looks how far it is whenever it has its turn.
/// How much is read between two looks, at most?
fn operations_between_turns_of_a_sibling() -> usize {
    let operations = Arc::new(AtomicUsize::new(0));
    let (send, mut receive) = mpsc::unbounded_channel();
    (0..POLLS).for_each(|n| send.send(n).unwrap());
    let counter = operations.clone();
    let reader = async move {
        while receive.recv().await.is_some() {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    };
    let sibling = async move {
        let (mut last, mut most) = (0, 0);
        while last < POLLS {
            let now = operations.load(Ordering::Relaxed);
            most = most.max(now - last);
            last = now;
            task::yield_now().await;
        }
        most
    };
    // A task spawns them, so that both are queued before either runs.
    let both = async {
        drop(task::spawn(reader));
        task::spawn(sibling).await.unwrap()
    };
    let runtime = runtime(31);
    runtime.block_on(runtime.spawn(both)).unwrap()
}

fn main() {
    println!("polls of a crowd of {POLLS} before a task in the global queue runs");
    let fair = polls_before_an_outsider_runs(31);
    println!("global queue first after every 31 polls   {fair:7}");
    let unfair = polls_before_an_outsider_runs(u32::MAX);
    println!("global queue only when there is no other  {unfair:7}");
    assert!(fair < 100 && unfair >= POLLS);
    let most = operations_between_turns_of_a_sibling();
    println!("operations of a task that never has to wait before its sibling runs: {most} at most");
    assert!((100..200).contains(&most));
}

#[test]
fn an_outsider_and_a_sibling_have_their_turn() {
    main();
}
