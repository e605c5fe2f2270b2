//! Nobody starves: not behind yields, not behind the LIFO slot, not behind a socket that is always ready.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use stage4_waker::channel::mpsc;
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::{task, time};

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// Tasks that yield for as long as it is there. So no worker is ever idle.
struct Crowd(Arc<AtomicBool>);

impl Crowd {
    /// A few; and so many that they do not fit into a worker's queue.
    const SIZES: [usize; 2] = [4, 600];

    fn start(runtime: &Runtime, size: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..size {
            let stop = stop.clone();
            drop(runtime.spawn(async move {
                while !stop.load(Ordering::Acquire) {
                    task::yield_now().await;
                }
            }));
        }
        Crowd(stop)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Does this in a crowd, on one worker and on several.
fn in_a_crowd(check: impl Fn(&Runtime)) {
    for workers in [1, 3] {
        for size in Crowd::SIZES {
            let runtime = runtime(workers);
            let _crowd = Crowd::start(&runtime, size);
            check(&runtime);
        }
    }
}

#[test]
fn tasks_from_outside_run_although_no_worker_is_ever_idle() {
    in_a_crowd(|runtime| {
        for n in 0..20 {
            assert_eq!(
                runtime.block_on(runtime.spawn(async move { n })).unwrap(),
                n
            );
        }
    });
}

#[test]
fn sockets_are_served_although_no_worker_is_ever_idle() {
    in_a_crowd(|runtime| {
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
    });
}

#[test]
fn timers_fire_although_no_worker_is_ever_idle() {
    in_a_crowd(|runtime| {
        let sleeper = runtime.spawn(async {
            for _ in 0..5 {
                time::sleep(Duration::from_millis(1)).await;
            }
        });
        runtime.block_on(sleeper).unwrap();
    });
}

#[test]
fn a_wake_from_another_thread_comes_through_although_no_worker_is_ever_idle() {
    in_a_crowd(|runtime| {
        let (send, mut receive) = mpsc::unbounded_channel();
        let receiver = runtime.spawn(async move { receive.recv().await });
        send.send(7).unwrap();
        assert_eq!(runtime.block_on(receiver).unwrap(), Some(7));
    });
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

/// On a single worker: a task that never has to wait for `all` its operations, and a sibling that looks how far it is whenever
/// it has its turn. Returns how many operations at most came between two looks.
fn most_operations_between_turns<F>(
    all: usize,
    greedy: impl FnOnce(Arc<AtomicUsize>) -> F + Send + 'static,
) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime(1);
    let completed = Arc::new(AtomicUsize::new(0));
    let both = runtime.spawn(async move {
        let greedy = task::spawn(greedy(completed.clone()));
        let sibling = task::spawn(async move {
            let (mut last, mut most) = (0, 0);
            while last < all {
                let now = completed.load(Ordering::Relaxed);
                most = most.max(now - last);
                last = now;
                task::yield_now().await;
            }
            most
        });
        greedy.await.unwrap();
        sibling.await.unwrap()
    });
    runtime.block_on(both).unwrap()
}

/// The budget is 128; what is less than twice that is one poll's worth.
const ONE_POLL: usize = 200;

#[test]
fn a_task_whose_channel_is_always_ready_lets_a_sibling_run_within_its_budget() {
    const ALL: usize = 10_000;
    let (send, mut receive) = mpsc::unbounded_channel();
    (0..ALL).for_each(|n| send.send(n).unwrap());
    drop(send);
    let most = most_operations_between_turns(ALL, |completed| async move {
        while receive.recv().await.is_some() {
            completed.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(most <= ONE_POLL, "{most} operations in a row");
}

/// A stream with so many bytes in it, and no more to come. Nothing of it is written by the runtime.
fn stream_with(bytes: usize) -> std::net::TcpStream {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    client.write_all(&vec![7; bytes]).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

#[test]
fn a_task_whose_socket_is_always_ready_lets_a_sibling_run_within_its_budget() {
    const ALL: usize = 10_000;
    let stream = stream_with(ALL);
    let most = most_operations_between_turns(ALL, |completed| async move {
        let stream = TcpStream::from_std(stream).unwrap();
        while let Ok(1) = stream.read(&mut [0]).await {
            completed.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(most <= ONE_POLL, "{most} operations in a row");
}

#[test]
fn a_task_whose_timers_are_always_due_lets_a_sibling_run_within_its_budget() {
    const ALL: usize = 10_000;
    let most = most_operations_between_turns(ALL, |completed| async move {
        for _ in 0..ALL {
            time::sleep(Duration::ZERO).await;
            completed.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(most <= ONE_POLL, "{most} operations in a row");
}

#[test]
fn sockets_channels_and_timers_share_one_budget() {
    const ALL: usize = 3000;
    let stream = stream_with(ALL / 3);
    let (send, mut receive) = mpsc::unbounded_channel();
    (0..ALL / 3).for_each(|n| send.send(n).unwrap());
    let most = most_operations_between_turns(ALL, |completed| async move {
        let stream = TcpStream::from_std(stream).unwrap();
        for _ in 0..ALL / 3 {
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 1);
            receive.recv().await.unwrap();
            time::sleep(Duration::ZERO).await;
            completed.fetch_add(3, Ordering::Relaxed);
        }
    });
    assert!(most <= ONE_POLL, "{most} operations in a row");
}
