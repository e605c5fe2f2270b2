//! Calls that block, in the pool for such.

use std::sync::mpsc;
use std::thread;

use stage5_full::runtime::{Builder, Handle};
use stage5_full::task::spawn_blocking;

#[test]
fn a_blocking_call_runs_on_a_thread_of_its_own_and_is_awaited() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let (worker, pool) = runtime
        .block_on(runtime.spawn(async {
            let pool = spawn_blocking(|| thread::current().id()).await.unwrap();
            (thread::current().id(), pool)
        }))
        .unwrap();
    assert_ne!(worker, pool);
}

#[test]
fn a_panic_in_a_blocking_call_reaches_its_handle_and_the_pool_goes_on() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let call = runtime.spawn_blocking(|| panic!("on purpose"));
    assert!(runtime.block_on(call).unwrap_err().is_panic());
    assert_eq!(runtime.block_on(runtime.spawn_blocking(|| 3)).unwrap(), 3);
}

#[test]
fn the_pool_keeps_to_its_limit_and_runs_the_rest_later() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(2)
        .build()
        .unwrap();
    let calls: Vec<_> = (0..50).map(|n| runtime.spawn_blocking(move || n)).collect();
    for (n, call) in calls.into_iter().enumerate() {
        assert_eq!(runtime.block_on(call).unwrap(), n);
    }
    assert!(runtime.metrics().num_blocking_threads() <= 2);
}

#[test]
fn a_call_that_has_not_begun_can_be_aborted() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (go, gone) = mpsc::channel::<()>();
    let first = runtime.spawn_blocking(move || gone.recv().is_ok());
    let second = runtime.spawn_blocking(|| unreachable!("it was aborted"));
    second.abort();
    go.send(()).unwrap();
    assert!(runtime.block_on(first).unwrap());
    let error = runtime.block_on(second).unwrap_err();
    assert!(error.is_cancelled());
}

#[test]
fn a_blocking_call_may_block_on_and_spawn() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let call = runtime.spawn_blocking(|| {
        let task = stage5_full::spawn(async { 5 });
        Handle::current().block_on(task).unwrap()
    });
    assert_eq!(runtime.block_on(call).unwrap(), 5);
}
