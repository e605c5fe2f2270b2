//! A worker that is held in a long poll: whatever waits for it is taken over by another.

use std::future::poll_fn;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Barrier};
use std::task::{Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures::FutureExt;
use stage5_full::net::UdpSocket;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::{task, time};

/// Only a hang takes so long.
const HANGS: Duration = Duration::from_secs(60);

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// Runs on a worker, which is held until `until` has a message: where this was, and where the message came from.
fn hold(until: Receiver<ThreadId>) -> (ThreadId, ThreadId) {
    let message = until.recv_timeout(HANGS).expect("a message from elsewhere");
    (thread::current().id(), message)
}

#[test]
fn a_task_that_a_held_worker_has_woken_runs_elsewhere() {
    let runtime = runtime(2);
    let (held, is_held) = mpsc::channel();
    let (waits, waker) = mpsc::channel::<Waker>();
    let (ran, has_run) = mpsc::channel();
    let holder = runtime.spawn(async move {
        held.send(()).unwrap();
        // It goes into this worker's LIFO slot, since it is this poll that wakes it.
        waker.recv_timeout(HANGS).expect("a task that waits").wake();
        hold(has_run)
    });
    is_held.recv().unwrap();
    let mut polled = false;
    drop(runtime.spawn(poll_fn(move |cx| {
        if std::mem::replace(&mut polled, true) {
            ran.send(thread::current().id()).unwrap();
            return Poll::Ready(());
        }
        // It runs on this worker, the only free one, when this poll is over.
        let (waits, waker) = (waits.clone(), cx.waker().clone());
        drop(task::spawn(async move { waits.send(waker).unwrap() }));
        Poll::Pending
    })));
    let (here, there) = runtime.block_on(holder).unwrap();
    assert_ne!(here, there);
}

#[test]
fn a_task_that_a_held_worker_has_spawned_runs_elsewhere() {
    let runtime = runtime(2);
    let holder = runtime.spawn(async {
        let (ran, has_run) = mpsc::channel();
        drop(task::spawn(async move { ran.send(thread::current().id()) }));
        hold(has_run)
    });
    let (here, there) = runtime.block_on(holder).unwrap();
    assert_ne!(here, there);
}

#[test]
fn a_timer_fires_though_the_worker_that_kept_time_for_it_is_held() {
    let runtime = runtime(2);
    let both_run = Arc::new(Barrier::new(2));
    let (fired, has_fired) = mpsc::channel();
    let both = both_run.clone();
    let first = runtime.spawn(async move {
        both.wait();
        time::sleep(Duration::from_millis(5)).await;
        hold(has_fired)
    });
    let second = runtime.spawn(async move {
        // Each is on a worker of its own, and sets its timer there.
        both_run.wait();
        time::sleep(Duration::from_millis(25)).await;
        fired.send(thread::current().id()).unwrap();
    });
    let (held, elsewhere) = runtime.block_on(first).unwrap();
    assert_ne!(held, elsewhere);
    runtime.block_on(second).unwrap();
}

#[test]
fn a_timer_of_a_held_worker_still_fires() {
    let runtime = runtime(2);
    let holder = runtime.spawn(async {
        let mut sleep = Box::pin(time::sleep(Duration::from_millis(5)));
        // Its first poll: from now on the timer belongs to this worker's reactor.
        assert!((&mut sleep).now_or_never().is_none());
        let (fired, has_fired) = mpsc::channel();
        drop(task::spawn(async move {
            sleep.await;
            fired.send(thread::current().id()).unwrap();
        }));
        hold(has_fired)
    });
    let (here, there) = runtime.block_on(holder).unwrap();
    assert_ne!(here, there);
}

#[test]
fn a_socket_of_a_held_worker_still_wakes_its_task() {
    let runtime = runtime(2);
    let holder = runtime.spawn(async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        // From its first attempt on the socket's task waits at this worker's reactor.
        assert!(socket.recv_from(&mut [0]).now_or_never().is_none());
        let (received, has_received) = mpsc::channel();
        drop(task::spawn(async move {
            socket.recv_from(&mut [0]).await.unwrap();
            received.send(thread::current().id()).unwrap();
        }));
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.send_to(&[7], address).unwrap();
        hold(has_received)
    });
    let (here, there) = runtime.block_on(holder).unwrap();
    assert_ne!(here, there);
}

#[test]
fn all_workers_but_one_may_be_held() {
    let runtime = runtime(4);
    let holders: Vec<_> = (0..3)
        .map(|_| {
            let (held, is_held) = mpsc::channel();
            let (go, gone) = mpsc::channel();
            let holder = runtime.spawn(async move {
                held.send(()).unwrap();
                hold(gone)
            });
            is_held.recv().unwrap();
            (go, holder)
        })
        .collect();
    let crowd = (0..1000usize).map(|n| runtime.spawn(async move { n }));
    let crowd: Vec<_> = crowd.collect();
    let sum: usize = crowd
        .into_iter()
        .map(|t| runtime.block_on(t).unwrap())
        .sum();
    assert_eq!(sum, 1000 * 999 / 2);
    for (go, holder) in holders {
        go.send(thread::current().id()).unwrap();
        runtime.block_on(holder).unwrap();
    }
}
