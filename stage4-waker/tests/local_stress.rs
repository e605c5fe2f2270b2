//! The executor of one thread under stress: fairness, other threads, its end, and its count of polls.

mod common;

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::thread;

use common::Gate;
use stage3_executor::future::yield_now;
use stage3_executor::net::{TcpListener, TcpStream};
use stage4_waker::channel::{mpsc, oneshot};
use stage4_waker::{LocalExecutor, spawn_local};

#[test]
fn a_task_that_always_has_something_to_do_lets_its_siblings_run() {
    let executor = LocalExecutor::new().unwrap();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let done = Rc::new(Cell::new(false));
    let stop = done.clone();
    let busy = executor.spawn(async move {
        let mut received = 0;
        while !stop.get() {
            sender.send(()).unwrap();
            receiver.recv().await.unwrap();
            received += 1;
        }
        received
    });
    executor.spawn(async move { done.set(true) });
    assert!(
        executor.block_on(busy).unwrap() <= 129,
        "the budget ends its poll"
    );
}

#[test]
fn sockets_are_served_while_a_task_is_always_ready() {
    let executor = LocalExecutor::new().unwrap();
    executor.spawn(async {
        loop {
            yield_now().await;
        }
    });
    executor.block_on(echo_once());
}

async fn echo_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn_local(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 4];
        stream.read_exact(&mut bytes).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
    });
    let stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"ping").await.unwrap();
    let mut bytes = [0; 4];
    stream.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"ping");
    server.await.unwrap();
}

#[test]
fn the_root_future_may_be_woken_from_another_thread() {
    let executor = LocalExecutor::new().unwrap();
    let (sender, receiver) = oneshot::channel();
    let sends = thread::spawn(move || sender.send(1).unwrap());
    assert_eq!(executor.block_on(receiver), Ok(1));
    sends.join().unwrap();
}

#[test]
fn a_task_that_a_destructor_spawns_during_the_shutdown_is_cancelled() {
    struct Spawns(stage4_waker::LocalHandle, Rc<Cell<bool>>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            let handle = self.0.spawn(pending::<()>());
            self.1.set(handle.is_finished());
        }
    }
    let executor = LocalExecutor::new().unwrap();
    let cancelled = Rc::new(Cell::new(false));
    let spawns = Spawns(executor.handle(), cancelled.clone());
    executor.spawn(async move {
        let _spawns = spawns;
        pending::<()>().await
    });
    executor.block_on(yield_now());
    drop(executor);
    assert!(cancelled.get());
}

#[test]
fn wakers_that_outlive_the_executor_are_harmless_on_any_thread() {
    let executor = LocalExecutor::new().unwrap();
    let gate = Gate::new();
    let waits = gate.clone();
    let here = Rc::new(());
    executor.spawn(async move {
        waits.pass().await;
        drop(here);
    });
    executor.block_on(yield_now());
    drop(executor);
    thread::spawn(move || gate.open()).join().unwrap();
}

#[test]
fn a_task_may_be_aborted_from_another_thread_while_the_executor_sleeps() {
    let executor = LocalExecutor::new().unwrap();
    let gate = Gate::new();
    let waits = gate.clone();
    let here = Rc::new(());
    let task = executor.spawn(async move {
        waits.pass().await;
        drop(here);
    });
    let abort = task.abort_handle();
    let aborts = thread::spawn(move || {
        while gate.polls() == 0 {
            thread::yield_now();
        }
        abort.abort();
    });
    assert!(executor.block_on(task).unwrap_err().is_cancelled());
    aborts.join().unwrap();
}

// On simulated time, which comes with the feature.
#[cfg(feature = "explore")]
#[test]
fn a_thousand_sleepers_are_polled_twice_each() {
    use stage2_reactor::simulation::World;
    use stage3_executor::reactor::Reactor;
    use stage3_executor::time::sleep;
    use std::future::poll_fn;
    use std::time::Duration;

    let world = World::new(1);
    let executor = LocalExecutor::with_reactor(Reactor::simulated(&world));
    let polls = Rc::new(Cell::new(0));
    let tasks: Vec<_> = (0..1000)
        .map(|number| {
            let polls = polls.clone();
            executor.spawn(async move {
                let mut sleep = Box::pin(sleep(Duration::from_millis(number + 1)));
                poll_fn(|cx| {
                    polls.set(polls.get() + 1);
                    sleep.as_mut().poll(cx)
                })
                .await
            })
        })
        .collect();
    executor.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(polls.get(), 2000, "polls = events");
    assert_eq!(world.elapsed(), Duration::from_millis(1000));
}
