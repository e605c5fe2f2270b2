//! Tasks on the runtime: spawned from anywhere, joined, aborted, and panicking.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use stage4_waker::channel::oneshot;
use stage5_full::runtime::{Builder, Handle, Runtime};
use stage5_full::{task, time};

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

#[test]
fn tasks_spawned_from_many_threads_all_run_and_are_joined() {
    let runtime = runtime(2);
    let spawners: Vec<_> = (0..4)
        .map(|thread| {
            let handle = runtime.handle().clone();
            thread::spawn(move || {
                let tasks = (0..500).map(|n| handle.spawn(async move { thread * 500 + n }));
                tasks.collect::<Vec<_>>()
            })
        })
        .collect();
    let tasks = spawners.into_iter().flat_map(|s| s.join().unwrap());
    let tasks: Vec<_> = tasks.collect();
    let sum = runtime.block_on(async {
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, (0..2000).sum::<usize>());
}

#[test]
fn tasks_that_spawn_more_than_a_queue_holds_lose_none() {
    let runtime = runtime(2);
    let ran = Arc::new(AtomicUsize::new(0));
    let counter = ran.clone();
    let parent = runtime.spawn(async move {
        let children: Vec<_> = (0..5000)
            .map(|_| {
                let counter = counter.clone();
                task::spawn(async move {
                    task::yield_now().await;
                    counter.fetch_add(1, Ordering::Relaxed);
                })
            })
            .collect();
        for child in children {
            child.await.unwrap();
        }
    });
    runtime.block_on(parent).unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 5000);
}

#[test]
fn a_panic_reaches_the_join_handle_and_leaves_siblings_alone() {
    let runtime = runtime(2);
    let (go, gone) = oneshot::channel::<u32>();
    let sibling = runtime.spawn(async { gone.await.unwrap() + 1 });
    let panicking = runtime.spawn(async { panic!("on purpose") });
    let error = runtime.block_on(panicking).unwrap_err();
    assert!(error.is_panic());
    assert_eq!(
        *error.into_panic().downcast::<&str>().unwrap(),
        "on purpose"
    );
    go.send(41).unwrap();
    assert_eq!(runtime.block_on(sibling).unwrap(), 42);
}

#[test]
fn an_aborted_task_is_cancelled() {
    let runtime = runtime(2);
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    assert!(runtime.block_on(task).unwrap_err().is_cancelled());
}

#[test]
fn a_future_in_block_on_may_borrow_and_need_not_be_send() {
    let runtime = runtime(1);
    let text = String::from("borrowed");
    let rc = std::rc::Rc::new(1);
    let length = runtime.block_on(async {
        let length = task::spawn(async { 1 }).await.unwrap();
        length + text.len() + *rc
    });
    assert_eq!(length, 10);
}

#[test]
fn sleeps_end_in_tasks_and_in_block_on() {
    let runtime = runtime(2);
    let wait = Duration::from_millis(20);
    let begin = std::time::Instant::now();
    runtime.block_on(async {
        let task = task::spawn(time::sleep(wait));
        time::sleep(wait).await;
        task.await.unwrap();
    });
    assert!(begin.elapsed() >= wait);
}

#[test]
fn two_workers_run_tasks_at_the_same_time() {
    let runtime = runtime(2);
    let (to_second, first_says) = mpsc::channel();
    let (to_first, second_says) = mpsc::channel();
    let first = runtime.spawn(async move {
        to_second.send(()).unwrap();
        second_says.recv().unwrap();
    });
    let second = runtime.spawn(async move {
        to_first.send(()).unwrap();
        first_says.recv().unwrap();
    });
    runtime.block_on(first).unwrap();
    runtime.block_on(second).unwrap();
}

#[test]
fn a_worker_steals_what_another_one_has_queued() {
    let runtime = runtime(2);
    // The first task holds its worker until its children have run, so somebody must take them from its queue.
    let parent = runtime.spawn(async {
        let (done, all) = mpsc::channel();
        for _ in 0..8 {
            let done = done.clone();
            drop(task::spawn(async move { done.send(()).unwrap() }));
        }
        all.iter().take(8).count()
    });
    assert_eq!(runtime.block_on(parent).unwrap(), 8);
    let metrics = runtime.metrics();
    let stolen: u64 = (0..2).map(|w| metrics.worker_steal_count(w)).sum();
    assert!(stolen > 0, "{metrics:?}");
}

#[test]
fn under_a_guard_of_enter_spawn_works() {
    let runtime = runtime(1);
    let guard = runtime.enter();
    let task = task::spawn(async { 7 });
    drop(guard);
    assert_eq!(runtime.block_on(task).unwrap(), 7);
    assert!(Handle::try_current().is_err());
}
