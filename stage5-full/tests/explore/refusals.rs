//! What no seed decides is refused inside an exploration, with an error that says so.

use std::io::ErrorKind;
use std::net::TcpListener as RealListener;
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::thread;

use futures::future::poll_fn;
use stage3_executor::Executor;
use stage4_waker::LocalExecutor;
use stage5_full::explore::{Explorer, Failure, explore};
use stage5_full::net::TcpListener;
use stage5_full::runtime::{Handle, Runtime};
#[cfg(feature = "signal")]
use stage5_full::signal;
use stage5_full::spawn;
use stage5_full::task::{JoinSet, spawn_blocking, yield_now};

const REFUSAL: &str = "was asked for inside an exploration, where no seed decides what it does";

fn fails<F>(program: impl Fn() -> F) -> Failure
where
    F: Future<Output = ()> + Send + 'static,
{
    let result = Explorer::seed(1).run(program);
    result.expect_err("the program was not refused")
}

#[test]
fn a_runtime_with_threads_is_refused() {
    explore(0..1, || async {
        let error = Runtime::new().unwrap_err().to_string();
        assert!(error.contains(REFUSAL), "{error}");
    });
}

#[test]
fn an_executor_with_a_real_reactor_is_refused() {
    explore(0..1, || async {
        for error in [
            LocalExecutor::new().unwrap_err(),
            Executor::new().unwrap_err(),
        ] {
            assert!(error.to_string().contains(REFUSAL), "{error}");
        }
    });
}

#[test]
fn after_an_exploration_a_runtime_can_be_made_again() {
    explore(0..1, || async {});
    Runtime::new().unwrap().block_on(async {
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
    });
}

#[test]
fn a_blocking_call_is_refused() {
    let calls = fails(|| async { drop(spawn_blocking(|| ())) });
    assert!(calls.reason.contains(REFUSAL), "{calls}");
    let in_a_set = fails(|| async { drop(JoinSet::new().spawn_blocking(|| ())) });
    assert!(in_a_set.reason.contains(REFUSAL), "{in_a_set}");
}

#[test]
fn block_on_is_refused() {
    let inside = fails(|| async { Handle::current().block_on(async {}) });
    assert!(inside.reason.contains("block_on was called"), "{inside}");
    let before = fails(|| {
        Handle::current().block_on(async {});
        async {}
    });
    assert!(before.reason.contains("block_on was called"), "{before}");
}

#[cfg(feature = "signal")]
#[test]
fn ctrl_c_is_refused() {
    explore(0..1, || async {
        let error = signal::ctrl_c().await.unwrap_err().to_string();
        assert!(error.contains(REFUSAL), "{error}");
    });
}

#[test]
fn a_real_socket_is_refused() {
    explore(0..1, || async {
        let real = RealListener::bind("127.0.0.1:0").unwrap();
        assert!(TcpListener::from_std(real).is_err());
    });
}

#[test]
fn a_name_is_not_looked_up() {
    explore(0..1, || async {
        let error = TcpListener::bind("localhost:0").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        TcpListener::bind("127.0.0.1:0").await.unwrap();
    });
}

#[test]
fn a_wake_from_another_thread_fails_the_run() {
    let failure = fails(|| async {
        let place = Arc::new(Mutex::new(None::<Waker>));
        let left = place.clone();
        let waits = spawn(poll_fn(move |cx| {
            *left.lock().unwrap() = Some(cx.waker().clone());
            std::task::Poll::<()>::Pending
        }));
        while place.lock().unwrap().is_none() {
            yield_now().await;
        }
        let waker = place.lock().unwrap().take().unwrap();
        thread::spawn(move || waker.wake()).join().unwrap();
        waits.await.unwrap();
    });
    assert!(failure.reason.contains("another OS thread"), "{failure}");
}

#[test]
fn a_spawn_from_another_thread_fails_the_run() {
    let failure = fails(|| async {
        let handle = Handle::current();
        let task = thread::spawn(move || handle.spawn(async {})).join();
        task.unwrap().await.unwrap();
    });
    assert!(failure.reason.contains("another OS thread"), "{failure}");
}
