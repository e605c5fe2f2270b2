//! The end of a runtime: every future dropped exactly once, every thread joined, within the time limit.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use stage5_full::runtime::{Builder, Runtime};
use stage5_full::{task, time};

/// Counts how often it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

#[test]
fn shutdown_drops_each_future_exactly_once() {
    for round in 0..20 {
        let runtime = runtime(2);
        let drops = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..300)
            .map(|n| {
                let counted = Counted(drops.clone());
                runtime.spawn(async move {
                    let _counted = counted;
                    match n % 3 {
                        0 => pending().await,
                        1 => time::sleep(Duration::from_secs(1000)).await,
                        _ => loop {
                            task::yield_now().await;
                        },
                    }
                })
            })
            .collect();
        drop(runtime);
        assert_eq!(drops.load(Ordering::SeqCst), 300, "round {round}");
        assert!(tasks.iter().all(|task| task.is_finished()));
    }
}

#[test]
fn after_shutdown_what_is_spawned_is_cancelled_and_dropped() {
    let first = runtime(1);
    let handle = first.handle().clone();
    drop(first);
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = Counted(drops.clone());
    let task = handle.spawn(async move { drop(counted) });
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    let other = runtime(1);
    assert!(other.block_on(task).unwrap_err().is_cancelled());
    let call = handle.spawn_blocking(|| ());
    assert!(other.block_on(call).unwrap_err().is_cancelled());
}

#[test]
fn what_a_destructor_spawns_during_shutdown_is_dropped_too() {
    struct SpawnsWhenDropped(Arc<AtomicUsize>);
    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            let counted = Counted(self.0.clone());
            drop(task::spawn(async move {
                let _counted = counted;
                pending::<()>().await;
            }));
        }
    }
    let runtime = runtime(2);
    let drops = Arc::new(AtomicUsize::new(0));
    let (polled, was_polled) = mpsc::channel();
    let spawns = SpawnsWhenDropped(drops.clone());
    drop(runtime.spawn(async move {
        let _spawns = spawns;
        polled.send(()).unwrap();
        pending::<()>().await;
    }));
    was_polled.recv().unwrap();
    drop(runtime);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn shutdown_waits_for_a_poll_that_is_under_way() {
    let runtime = runtime(2);
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = Counted(drops.clone());
    let (polled, was_polled) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    drop(runtime.spawn(async move {
        let _counted = counted;
        polled.send(()).unwrap();
        gone.recv().unwrap();
        pending::<()>().await;
    }));
    was_polled.recv().unwrap();
    let releaser = std::thread::spawn(move || go.send(()).unwrap());
    drop(runtime);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    releaser.join().unwrap();
}

#[test]
fn shutdown_timeout_gives_up_on_a_thread_that_does_not_end() {
    let runtime = runtime(1);
    let (polled, was_polled) = mpsc::channel();
    let (_go, gone) = mpsc::channel::<()>();
    let call = runtime.spawn_blocking(move || {
        polled.send(()).unwrap();
        gone.recv().is_ok()
    });
    was_polled.recv().unwrap();
    let begin = Instant::now();
    runtime.shutdown_timeout(Duration::from_millis(50));
    assert!(begin.elapsed() >= Duration::from_millis(50));
    assert!(!call.is_finished());
}

#[test]
fn shutdown_background_may_be_called_in_a_task() {
    let outer = runtime(1);
    let inner = runtime(1);
    let task = outer.spawn(async move { inner.shutdown_background() });
    outer.block_on(task).unwrap();
}
