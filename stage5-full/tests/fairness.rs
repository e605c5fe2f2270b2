//! Nobody starves: not behind yields, not behind the LIFO slot, not behind a socket that is always ready.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use stage4_waker::channel::mpsc;
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// Tasks that yield for as long as the flag is not set.
fn busy(runtime: &Runtime, stop: &Arc<AtomicBool>) {
    for _ in 0..4 {
        let stop = stop.clone();
        drop(runtime.spawn(async move {
            while !stop.load(Ordering::Acquire) {
                task::yield_now().await;
            }
        }));
    }
}

#[test]
fn tasks_from_outside_run_although_the_worker_is_never_idle() {
    let runtime = runtime(1);
    let stop = Arc::new(AtomicBool::new(false));
    busy(&runtime, &stop);
    assert_eq!(runtime.block_on(runtime.spawn(async { 3 })).unwrap(), 3);
    stop.store(true, Ordering::Release);
}

#[test]
fn sockets_are_served_although_the_worker_is_never_idle() {
    let runtime = runtime(1);
    let stop = Arc::new(AtomicBool::new(false));
    busy(&runtime, &stop);
    let byte = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = task::spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&[7]).await.unwrap();
        });
        let mut byte = [0];
        let (stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut byte).await.unwrap();
        client.await.unwrap();
        byte
    });
    assert_eq!(byte, [7]);
    stop.store(true, Ordering::Release);
}

#[test]
fn two_tasks_that_wake_each_other_let_a_third_one_run() {
    let runtime = runtime(1);
    let stop = Arc::new(AtomicBool::new(false));
    let (ping, mut pinged) = mpsc::channel::<()>(1);
    let (pong, mut ponged) = mpsc::channel::<()>(1);
    let stopped = stop.clone();
    drop(runtime.spawn(async move {
        while !stopped.load(Ordering::Acquire) && ping.send(()).await.is_ok() {
            ponged.recv().await;
        }
    }));
    drop(runtime.spawn(async move {
        while pinged.recv().await.is_some() && pong.send(()).await.is_ok() {}
    }));
    let third = runtime.spawn(async {
        for _ in 0..10 {
            task::yield_now().await;
        }
    });
    runtime.block_on(third).unwrap();
    stop.store(true, Ordering::Release);
}

#[test]
fn a_task_whose_channel_is_always_ready_lets_a_sibling_run_within_its_budget() {
    let runtime = runtime(1);
    let received = Arc::new(AtomicUsize::new(0));
    let counter = received.clone();
    let seen = runtime.spawn(async move {
        let (send, mut receive) = mpsc::unbounded_channel();
        (0..10_000).for_each(|n| send.send(n).unwrap());
        let greedy = counter.clone();
        let greedy = task::spawn(async move {
            while receive.recv().await.is_some() {
                greedy.fetch_add(1, Ordering::Relaxed);
            }
        });
        let sibling = task::spawn(async move { counter.load(Ordering::Relaxed) });
        let seen = sibling.await.unwrap();
        drop(send);
        greedy.await.unwrap();
        seen
    });
    let seen = runtime.block_on(seen).unwrap();
    assert!(seen <= 200, "the sibling ran after {seen} operations");
    assert_eq!(received.load(Ordering::Relaxed), 10_000);
}
