//! However many workers there are, and whoever wakes it from where: a task is polled by one worker at a time.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use stage5_full::runtime::Builder;

#[derive(Default)]
struct Probe {
    inside: AtomicBool,
    polls: AtomicUsize,
    overlaps: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

/// Is polled until it has been polled so often; wakes itself, and others wake it too.
async fn probed(probe: Arc<Probe>, polls: usize) {
    poll_fn(|cx| {
        if probe.inside.swap(true, Ordering::SeqCst) {
            probe.overlaps.fetch_add(1, Ordering::SeqCst);
        }
        *probe.waker.lock().unwrap() = Some(cx.waker().clone());
        cx.waker().wake_by_ref();
        let done = probe.polls.fetch_add(1, Ordering::SeqCst) + 1 >= polls;
        probe.inside.store(false, Ordering::SeqCst);
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn thousands_of_tasks_on_many_workers_are_each_polled_by_one_worker_at_a_time() {
    let runtime = Builder::new_multi_thread().worker_threads(8).build();
    let runtime = runtime.unwrap();
    let probes: Vec<_> = (0..3000).map(|_| Arc::new(Probe::default())).collect();
    let start = |probe: &Arc<Probe>| runtime.spawn(probed(probe.clone(), 20));
    let tasks: Vec<_> = probes.iter().map(start).collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                for probe in &probes {
                    let waker = probe.waker.lock().unwrap().clone();
                    waker.inspect(Waker::wake_by_ref);
                }
            }
        });
        for task in tasks {
            runtime.block_on(task).unwrap();
        }
        done.store(true, Ordering::Release);
    });
    for probe in &probes {
        assert_eq!(probe.overlaps.load(Ordering::SeqCst), 0);
        assert_eq!(probe.polls.load(Ordering::SeqCst), 20);
    }
}
