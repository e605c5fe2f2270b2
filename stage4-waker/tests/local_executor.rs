//! The executor that polls only what was woken.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;

use futures::task::{LocalSpawn, LocalSpawnExt as _, SpawnExt as _};
use stage3_executor::future::yield_now;
use stage3_executor::net::{TcpListener, TcpStream};
use stage4_waker::{LocalExecutor, spawn_local, task};

/// Counts how often it is dropped.
struct CountDrops(Rc<Cell<usize>>);

impl Drop for CountDrops {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn tasks_are_polled_in_the_order_in_which_they_were_woken() {
    let order = Rc::new(RefCell::new(Vec::new()));
    LocalExecutor::new().unwrap().block_on(async {
        let tasks: Vec<_> = (0..3)
            .map(|task| {
                let order = order.clone();
                spawn_local(async move {
                    for round in 0..3 {
                        order.borrow_mut().push((round, task));
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let expected: Vec<_> = (0..3)
        .flat_map(|round| (0..3).map(move |task| (round, task)))
        .collect();
    assert_eq!(*order.borrow(), expected);
}

#[test]
fn a_task_knows_its_own_number_and_the_root_has_none() {
    LocalExecutor::new().unwrap().block_on(async {
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                spawn_local(async {
                    let first = task::id();
                    yield_now().await;
                    assert_eq!(task::id(), first);
                    first
                })
            })
            .collect();
        for task in tasks {
            let number = task.id();
            assert_eq!(task.await.unwrap(), number);
        }
        assert_eq!(task::try_id(), None);
    });
}

#[test]
fn the_root_stands_in_the_queue_like_a_task() {
    LocalExecutor::new().unwrap().block_on(async {
        let polls = Rc::new(Cell::new(0));
        let counted = polls.clone();
        let task = spawn_local(async move {
            for _ in 0..10 {
                counted.set(counted.get() + 1);
                yield_now().await;
            }
        });
        for round in 0..10 {
            assert_eq!(
                polls.get(),
                round,
                "one poll of the task for each of the root"
            );
            yield_now().await;
        }
        task.await.unwrap();
    });
}

#[test]
fn a_task_that_was_not_woken_is_not_polled() {
    LocalExecutor::new().unwrap().block_on(async {
        let polls = Rc::new(Cell::new(0));
        let counted = polls.clone();
        let waits = spawn_local(poll_fn(move |_| {
            counted.set(counted.get() + 1);
            Poll::<()>::Pending
        }));
        for _ in 0..200 {
            yield_now().await;
        }
        assert_eq!(polls.get(), 1);
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn a_wake_from_another_thread_ends_the_sleep_in_the_reactor() {
    let executor = LocalExecutor::new().unwrap();
    let (send_waker, wakers) = mpsc::channel::<Waker>();
    // It wakes only what waits already: the executor has gone to sleep, or is about to.
    let other = thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
    let woken = executor.block_on(async {
        spawn_local(async move {
            for _ in 0..100 {
                let mut asked = false;
                poll_fn(|cx| {
                    if std::mem::replace(&mut asked, true) {
                        return Poll::Ready(());
                    }
                    send_waker.send(cx.waker().clone()).unwrap();
                    Poll::Pending
                })
                .await;
            }
            100
        })
        .await
    });
    assert_eq!(woken.unwrap(), 100);
    other.join().unwrap();
}

#[test]
fn a_panic_in_a_task_leaves_its_siblings_alone() {
    LocalExecutor::new().unwrap().block_on(async {
        let bad = spawn_local(async { panic!("expected by the test") });
        let good = spawn_local(async {
            yield_now().await;
            7
        });
        assert!(bad.await.unwrap_err().is_panic());
        assert_eq!(good.await.unwrap(), 7);
    });
}

#[test]
fn an_executor_that_dies_drops_its_futures_and_cancels_their_handles() {
    let drops = Rc::new(Cell::new(0));
    let executor = LocalExecutor::new().unwrap();
    let forever = || {
        let held = CountDrops(drops.clone());
        async move {
            pending::<()>().await;
            drop(held);
        }
    };
    let polled = executor.spawn(forever());
    executor.block_on(yield_now());
    let never_polled = executor.spawn(forever());
    let handle = executor.handle();
    drop(executor);
    assert_eq!(drops.get(), 2);
    let late = handle.spawn(forever());
    assert_eq!(
        drops.get(),
        3,
        "what is spawned on a dead executor is dropped at once"
    );
    LocalExecutor::new().unwrap().block_on(async {
        for cancelled in [polled, never_polled, late] {
            assert!(cancelled.await.unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn unfinished_tasks_go_on_in_the_next_block_on() {
    let executor = LocalExecutor::new().unwrap();
    let task = executor.spawn(async {
        for _ in 0..5 {
            yield_now().await;
        }
        "done"
    });
    executor.block_on(async {});
    assert_eq!(executor.block_on(task).unwrap(), "done");
}

#[test]
fn a_task_wakes_another_through_a_socket() {
    LocalExecutor::new().unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let echo = spawn_local(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4];
            stream.read_exact(&mut buffer).await.unwrap();
            stream.write_all(&buffer).await.unwrap();
        });
        let stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"ping").await.unwrap();
        let mut buffer = [0; 4];
        stream.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"ping");
        echo.await.unwrap();
    });
}

#[test]
fn it_spawns_through_the_traits_of_futures_task() {
    let executor = LocalExecutor::new().unwrap();
    let here = Rc::new(Cell::new(0));
    let counted = here.clone();
    executor.spawn_local(async move { counted.set(1) }).unwrap();
    let there = executor.spawn_with_handle(async { 2 }).unwrap();
    assert_eq!(executor.block_on(there) + here.get(), 3);
    let handle = executor.handle();
    assert!(handle.status_local().is_ok());
    drop(executor);
    assert!(handle.status_local().unwrap_err().is_shutdown());
    assert!(handle.spawn_local(async {}).is_err());
}

#[test]
fn block_on_inside_itself_is_refused() {
    let executor = Rc::new(LocalExecutor::new().unwrap());
    let inner = executor.clone();
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        executor.block_on(async move { inner.block_on(async {}) })
    }));
    let payload = refused.unwrap_err();
    let message = payload.downcast_ref::<&str>().unwrap();
    assert!(message.contains("use `.await` there"), "{message}");
}

#[test]
fn spawn_local_outside_an_executor_says_what_is_missing() {
    let refused = std::panic::catch_unwind(|| drop(spawn_local(async {})));
    let payload = refused.unwrap_err();
    let message = payload.downcast_ref::<String>().map(String::as_str);
    let message = message.or(payload.downcast_ref::<&str>().copied()).unwrap();
    assert!(message.contains("LocalExecutor::block_on"), "{message}");
}
