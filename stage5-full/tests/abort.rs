//! Abort, whatever the task is doing just then, and on whichever worker.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task::{self, AbortHandle, JoinHandle};

/// Only a hang takes so long.
const HANGS: Duration = Duration::from_secs(60);

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// Counts how often it is dropped.
#[derive(Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    /// One, and its count.
    fn new() -> (Self, Arc<AtomicUsize>) {
        let counted = Counted::default();
        let count = counted.0.clone();
        (counted, count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The task was cancelled, and its future dropped once.
fn assert_cancelled<T>(runtime: &Runtime, task: JoinHandle<T>, drops: &AtomicUsize) {
    let Err(error) = runtime.block_on(task) else {
        panic!("the task was not cancelled");
    };
    assert!(error.is_cancelled());
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn a_task_that_runs_on_another_worker_is_dropped_when_its_poll_returns() {
    let runtime = runtime(2);
    let (counted, drops) = Counted::new();
    let (running, is_running) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    let task = runtime.spawn(async move {
        let _counted = counted;
        running.send(thread::current().id()).unwrap();
        gone.recv_timeout(HANGS).unwrap();
        pending::<()>().await;
    });
    let (abort, seen) = (task.abort_handle(), drops.clone());
    let aborter = runtime.spawn(async move {
        let elsewhere = is_running.recv_timeout(HANGS).unwrap();
        assert_ne!(elsewhere, thread::current().id());
        abort.abort();
        // It is being polled, so its future is not touched.
        assert_eq!(seen.load(Ordering::SeqCst), 0);
        go.send(()).unwrap();
    });
    runtime.block_on(aborter).unwrap();
    assert_cancelled(&runtime, task, &drops);
}

#[test]
fn a_task_that_completes_in_the_poll_under_way_wins_over_its_abort() {
    let runtime = runtime(2);
    let (running, is_running) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    let task = runtime.spawn(async move {
        running.send(()).unwrap();
        gone.recv_timeout(HANGS).unwrap();
        7
    });
    is_running.recv().unwrap();
    task.abort();
    go.send(()).unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

#[test]
fn a_task_that_is_queued_on_another_worker_is_never_polled() {
    let runtime = runtime(2);
    let (counted, drops) = Counted::new();
    let (queued, is_queued) = mpsc::channel();
    let (aborted, is_aborted) = mpsc::channel::<()>();
    let (keep, kept) = mpsc::channel::<JoinHandle<()>>();
    let (held, is_held) = mpsc::channel();
    // Both workers are held until the abort, so nobody can have polled it.
    let aborter = runtime.spawn(async move {
        held.send(()).unwrap();
        let task: AbortHandle = is_queued.recv_timeout(HANGS).unwrap();
        task.abort();
        aborted.send(()).unwrap();
    });
    is_held.recv().unwrap();
    let owner = runtime.spawn(async move {
        let task = task::spawn(async move {
            let _counted = counted;
            unreachable!("it was aborted while it was queued");
        });
        queued.send(task.abort_handle()).unwrap();
        keep.send(task).unwrap();
        is_aborted.recv_timeout(HANGS).unwrap();
    });
    runtime.block_on(owner).unwrap();
    runtime.block_on(aborter).unwrap();
    assert_cancelled(&runtime, kept.recv().unwrap(), &drops);
}

#[test]
fn a_task_that_is_parked_on_another_worker_is_dropped_and_does_not_run_again() {
    let runtime = runtime(2);
    let (counted, drops) = Counted::new();
    let (held, is_held) = mpsc::channel();
    let (parked, is_parked) = mpsc::channel();
    let (send_handle, handle) = mpsc::channel::<AbortHandle>();
    let aborter = runtime.spawn(async move {
        held.send(()).unwrap();
        // This worker is held; so the task has run on the other one.
        let elsewhere = is_parked.recv_timeout(HANGS).unwrap();
        assert_ne!(elsewhere, thread::current().id());
        handle.recv_timeout(HANGS).unwrap().abort();
    });
    is_held.recv().unwrap();
    let mut polls = 0;
    let task = runtime.spawn(async move {
        let _counted = counted;
        poll_fn(|_| {
            polls += 1;
            assert_eq!(polls, 1, "an aborted task is not polled again");
            // What this spawns runs on this worker when the poll is over: then the task is parked.
            let (parked, here) = (parked.clone(), thread::current().id());
            drop(task::spawn(async move { parked.send(here).unwrap() }));
            Poll::<()>::Pending
        })
        .await;
    });
    send_handle.send(task.abort_handle()).unwrap();
    runtime.block_on(aborter).unwrap();
    assert_cancelled(&runtime, task, &drops);
}

#[test]
fn an_abort_after_completion_changes_nothing() {
    let runtime = runtime(2);
    let (finished, has_finished) = mpsc::channel();
    let task = runtime.spawn(async { "output" });
    let handle = task.abort_handle();
    drop(runtime.spawn(async move { finished.send(task.await).unwrap() }));
    assert_eq!(has_finished.recv().unwrap().unwrap(), "output");
    handle.abort();
    assert!(handle.is_finished());
}

#[test]
fn a_thousand_tasks_in_every_state_are_aborted_and_dropped_once() {
    let runtime = runtime(4);
    let drops = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..1000)
        .map(|n| {
            let counted = Counted(drops.clone());
            runtime.spawn(async move {
                let _counted = counted;
                for _ in 0..n % 50 {
                    task::yield_now().await;
                }
                pending::<()>().await;
            })
        })
        .collect();
    tasks.iter().for_each(|task| task.abort());
    for task in tasks {
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    }
    assert_eq!(drops.load(Ordering::SeqCst), 1000);
}
