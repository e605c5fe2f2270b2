//! What the workers count.

use std::sync::mpsc;

use stage5_full::runtime::{Builder, Handle, Runtime};
use stage5_full::task;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

#[test]
fn each_poll_is_counted_at_the_worker_that_does_it() {
    let runtime = runtime(2);
    runtime
        .block_on(runtime.spawn(async {
            for _ in 0..99 {
                task::yield_now().await;
            }
        }))
        .unwrap();
    let metrics = runtime.metrics();
    let polls = |worker| metrics.worker_poll_count(worker);
    assert_eq!(polls(0) + polls(1), 100);
}

#[test]
fn queue_depths_are_those_of_the_moment() {
    const CHILDREN: usize = 10;
    let runtime = runtime(1);
    let (holds, held) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let holder = runtime.spawn(async move {
        for _ in 0..CHILDREN {
            drop(task::spawn(async {}));
        }
        let metrics = Handle::current().metrics();
        holds.send(metrics.worker_local_queue_depth(0)).unwrap();
        released.recv().unwrap();
    });
    // One of them may be in the slot for the task that runs next.
    assert!((CHILDREN - 1..=CHILDREN).contains(&held.recv().unwrap()));
    let from_outside: Vec<_> = (0..5).map(|_| runtime.spawn(async {})).collect();
    assert_eq!(runtime.metrics().global_queue_depth(), from_outside.len());
    release.send(()).unwrap();
    runtime.block_on(async {
        holder.await.unwrap();
        for task in from_outside {
            task.await.unwrap();
        }
    });
    assert_eq!(runtime.metrics().global_queue_depth(), 0);
}

#[test]
fn a_worker_that_waits_in_the_os_counts_it() {
    let runtime = runtime(1);
    let metrics = runtime.metrics();
    // It has nothing to do but to wait.
    wait_until(|| metrics.worker_park_count(0) > 0);
    let (parks, turns) = (metrics.worker_park_count(0), metrics.worker_turn_count(0));
    runtime.block_on(runtime.spawn(async {})).unwrap();
    wait_until(|| metrics.worker_park_count(0) > parks && metrics.worker_turn_count(0) > turns);
}

#[test]
fn the_pool_counts_idle_threads_and_calls_that_wait_for_one() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .build()
        .expect("a runtime");
    let metrics = runtime.metrics();
    let (holds, held) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let first = runtime.spawn_blocking(move || {
        holds.send(()).unwrap();
        released.recv().unwrap();
    });
    held.recv().unwrap();
    let second = runtime.spawn_blocking(|| ());
    let counts = || {
        (
            metrics.num_idle_blocking_threads(),
            metrics.blocking_queue_depth(),
        )
    };
    assert_eq!(counts(), (0, 1));
    release.send(()).unwrap();
    runtime
        .block_on(async { (first.await, second.await) })
        .1
        .unwrap();
    wait_until(|| counts() == (1, 0));
}

fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}
