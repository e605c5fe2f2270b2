//! Workers with nothing to do cost nothing, and few of them are disturbed when something comes.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use stage4_waker::channel::oneshot;
use stage5_full::net::TcpListener;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::time;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// What each worker has counted: waits in the OS, questions to its reactor, polls.
fn counts(runtime: &Runtime) -> Vec<[u64; 3]> {
    let metrics = runtime.metrics();
    let worker = |w| {
        [
            metrics.worker_park_count(w),
            metrics.worker_turn_count(w),
            metrics.worker_poll_count(w),
        ]
    };
    (0..metrics.num_workers()).map(worker).collect()
}

/// Whether it comes to rest, that is nothing is counted for so long. How soon is up to the OS.
fn rests(runtime: &Runtime, quiet: Duration) -> bool {
    (0..500).any(|_| {
        let before = counts(runtime);
        thread::sleep(quiet);
        counts(runtime) == before
    })
}

/// Hundreds of ticks of a watcher.
const LONG: Duration = Duration::from_millis(200);

#[test]
fn an_idle_runtime_does_not_wake() {
    let runtime = runtime(2);
    runtime.block_on(runtime.spawn(async {})).unwrap();
    assert!(rests(&runtime, LONG), "{:?}", runtime.metrics());
}

#[test]
fn a_poll_of_block_on_leaves_no_watch_behind_even_if_it_panics() {
    for panics in [false, true] {
        let runtime = runtime(2);
        assert!(rests(&runtime, LONG));
        let ended = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                // Nobody is awake, so this wakes a worker and begins a visit.
                drop(stage5_full::spawn(async {}));
                assert!(!panics, "a panic made on purpose");
            });
        }));
        assert_eq!(ended.is_err(), panics);
        assert!(rests(&runtime, LONG), "{:?}", runtime.metrics());
    }
}

/// It is a mistake to keep the guard, and must cost no more than the mistake is worth.
#[test]
fn a_guard_that_outlives_its_block_on_leaves_no_watch_behind() {
    let runtime = runtime(2);
    // On a thread of its own: this puts back what was current in `block_on`, and that stays.
    let misuse = || {
        drop(runtime.block_on(async { runtime.enter() }));
        assert!(rests(&runtime, LONG));
        drop(stage5_full::spawn(async {}));
    };
    thread::scope(|scope| scope.spawn(misuse).join().unwrap());
    assert!(rests(&runtime, LONG), "{:?}", runtime.metrics());
}

#[test]
fn tasks_that_wait_cause_no_wakeups() {
    let runtime = runtime(4);
    let (waiting, all_wait) = mpsc::channel();
    let spawn = |wait: futures::future::BoxFuture<'static, ()>| {
        let waiting = waiting.clone();
        drop(runtime.spawn(async move {
            // From left to right: when this is sent, the other one waits.
            futures::join!(wait, async { waiting.send(()).unwrap() });
        }));
    };
    let (keep, channel) = oneshot::channel::<()>();
    spawn(Box::pin(async { drop(channel.await) }));
    spawn(Box::pin(time::sleep(Duration::from_secs(1000))));
    spawn(Box::pin(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        drop(listener.accept().await);
    }));
    (0..100).for_each(|_| spawn(Box::pin(pending())));
    drop(runtime.spawn_blocking(|| ()));
    (0..103).for_each(|_| all_wait.recv().unwrap());
    assert!(rests(&runtime, LONG), "{:?}", runtime.metrics());
    drop(keep);
}

#[test]
fn a_task_from_outside_wakes_no_herd() {
    const SHORT: Duration = Duration::from_millis(20);
    let runtime = runtime(8);
    // The one that runs it, and one or two that watch meanwhile. Under load a worker may be so late that others come to its help, so
    // not every round is like that; with a herd, none would be.
    let only_three_stir = |_| {
        assert!(rests(&runtime, SHORT));
        let before = counts(&runtime);
        runtime.block_on(runtime.spawn(async {})).unwrap();
        assert!(rests(&runtime, SHORT));
        let after = counts(&runtime);
        before.iter().zip(&after).filter(|(b, a)| b != a).count() <= 3
    };
    assert!((0..100).any(only_three_stir));
}

#[test]
fn workers_are_woken_one_after_the_other_while_there_is_more_to_do() {
    let runtime = runtime(4);
    assert!(rests(&runtime, LONG));
    // Each of them holds its worker until all four run.
    let all = Arc::new(Barrier::new(4));
    let tasks = [(); 4].map(|()| {
        let all = all.clone();
        runtime.spawn(async move { all.wait().is_leader() })
    });
    let leaders = tasks.map(|task| usize::from(runtime.block_on(task).unwrap()));
    assert_eq!(leaders.iter().sum::<usize>(), 1);
}
