//! Tasks on several workers: joined, detached, woken from anywhere, and panicking.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use stage4_waker::channel::oneshot;
use stage5_full::net::UdpSocket;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

#[test]
fn ten_thousand_tasks_on_four_workers_are_all_joined() {
    let sum: usize = runtime(4).block_on(async {
        let tasks: Vec<_> = (0..10_000usize)
            .map(|n| {
                stage5_full::spawn(async move {
                    stage5_full::task::yield_now().await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 10_000 * 9_999 / 2);
}

#[test]
fn a_task_is_woken_by_a_thread_that_knows_no_runtime() {
    let runtime = runtime(2);
    let (waits, wakers) = mpsc::channel::<Waker>();
    let foreign = thread::spawn(move || wakers.iter().for_each(Waker::wake));
    let mut polls = 0;
    let task = runtime.spawn(poll_fn(move |cx| {
        polls += 1;
        if polls == 1000 {
            return Poll::Ready(polls);
        }
        waits.send(cx.waker().clone()).unwrap();
        Poll::Pending
    }));
    assert_eq!(runtime.block_on(task).unwrap(), 1000);
    foreign.join().unwrap();
}

#[test]
fn a_waker_outlives_its_task_and_its_runtime() {
    let runtime = runtime(1);
    let (done, waker) = mpsc::channel::<Waker>();
    let (pending_too, second) = mpsc::channel::<Waker>();
    drop(runtime.spawn(poll_fn(move |cx| {
        done.send(cx.waker().clone()).unwrap();
        Poll::Ready(())
    })));
    drop(runtime.spawn(poll_fn(move |cx| {
        pending_too.send(cx.waker().clone()).unwrap();
        Poll::<()>::Pending
    })));
    let wakers = [waker.recv().unwrap(), second.recv().unwrap()];
    wakers[0].wake_by_ref();
    drop(runtime);
    wakers.iter().for_each(Waker::wake_by_ref);
    thread::spawn(move || wakers.map(Waker::wake))
        .join()
        .unwrap();
}

#[test]
fn a_task_whose_handle_is_dropped_runs_on() {
    let runtime = runtime(2);
    let (go, gone) = oneshot::channel();
    let (done, is_done) = mpsc::channel();
    let task = runtime.spawn(async move {
        let number: i32 = gone.await.unwrap();
        done.send(number + 1).unwrap();
    });
    drop(task);
    go.send(41).unwrap();
    assert_eq!(is_done.recv().unwrap(), 42);
}

#[test]
fn the_output_of_a_task_whose_handle_is_dropped_is_dropped_too() {
    struct Output(mpsc::Sender<()>);
    impl Drop for Output {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let runtime = runtime(2);
    let (output, dropped) = mpsc::channel();
    drop(runtime.spawn(async move { Output(output) }));
    assert_eq!(dropped.iter().count(), 1);
}

#[test]
fn after_a_panic_the_worker_goes_on_with_its_tasks_and_its_sockets() {
    let runtime = runtime(1);
    let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
    let address = socket.local_addr().unwrap();
    let (go, gone) = oneshot::channel::<()>();
    let at_socket = runtime.spawn(async move { socket.recv_from(&mut [0]).await.unwrap().0 });
    let at_channel = runtime.spawn(async move { gone.await.is_ok() });
    for _ in 0..10 {
        let panicking = runtime.spawn(async {
            task::yield_now().await;
            panic!("on purpose");
        });
        assert!(runtime.block_on(panicking).unwrap_err().is_panic());
    }
    let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.send_to(&[1], address).unwrap();
    go.send(()).unwrap();
    assert_eq!(runtime.block_on(at_socket).unwrap(), 1);
    assert!(runtime.block_on(at_channel).unwrap());
}

#[test]
fn a_panic_drops_what_the_future_holds_once_and_before_the_handle_says_so() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let runtime = runtime(2);
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = Counted(drops.clone());
    let task = runtime.spawn(async move {
        let _counted = counted;
        task::yield_now().await;
        panic!("on purpose");
    });
    let error = runtime.block_on(task).unwrap_err();
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    assert_eq!(
        *error.into_panic().downcast::<&str>().unwrap(),
        "on purpose"
    );
}
