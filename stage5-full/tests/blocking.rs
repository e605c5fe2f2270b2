//! Calls that block, in the pool for such.

use std::cell::RefCell;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

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

#[test]
fn calls_beyond_the_limit_wait_until_a_thread_is_free() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(2)
        .build()
        .unwrap();
    let (begins, begun) = mpsc::channel();
    let call = |number: usize| {
        let (go, gone) = mpsc::channel::<()>();
        let begins = begins.clone();
        let call = runtime.spawn_blocking(move || {
            begins.send(number).unwrap();
            gone.recv().unwrap();
        });
        (go, call)
    };
    let calls: Vec<_> = (0..4).map(call).collect();
    // Two are under way at once, each on a thread; the others wait, first come, first served.
    let mut first = [begun.recv().unwrap(), begun.recv().unwrap()];
    first.sort();
    assert_eq!(first, [0, 1]);
    assert_eq!(runtime.metrics().num_blocking_threads(), 2);
    assert!(begun.try_recv().is_err());
    calls[1].0.send(()).unwrap();
    assert_eq!(begun.recv().unwrap(), 2);
    calls[2].0.send(()).unwrap();
    assert_eq!(begun.recv().unwrap(), 3);
    calls[3].0.send(()).unwrap();
    calls[0].0.send(()).unwrap();
    for (_, call) in calls {
        runtime.block_on(call).unwrap();
    }
    assert_eq!(runtime.metrics().num_blocking_threads(), 2);
}

#[test]
fn one_thread_takes_one_call_after_the_other() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .thread_keep_alive(Duration::from_secs(1000))
        .build()
        .unwrap();
    let thread_of_a_call = || {
        let call = runtime.spawn_blocking(|| thread::current().id());
        runtime.block_on(call).unwrap()
    };
    let first = thread_of_a_call();
    assert!((0..10).all(|_| thread_of_a_call() == first));
}

thread_local! {
    /// Says so when its thread ends.
    static ENDS: RefCell<Option<SaysWhenDropped>> = const { RefCell::new(None) };
}

struct SaysWhenDropped(Sender<()>);

impl Drop for SaysWhenDropped {
    fn drop(&mut self) {
        self.0.send(()).unwrap();
    }
}

#[test]
fn a_thread_that_has_been_idle_for_its_keep_alive_ends_and_a_later_call_gets_a_new_one() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_keep_alive(Duration::from_millis(1))
        .build()
        .unwrap();
    for _ in 0..3 {
        let (ends, ended) = mpsc::channel();
        let call = runtime.spawn_blocking(|| ENDS.set(Some(SaysWhenDropped(ends))));
        runtime.block_on(call).unwrap();
        ended.recv().unwrap();
        assert_eq!(runtime.metrics().num_blocking_threads(), 0);
    }
}

#[test]
fn all_of_many_idle_threads_end() {
    const MANY: usize = 20;
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_keep_alive(Duration::from_millis(1))
        .build()
        .unwrap();
    let (ends, ended) = mpsc::channel();
    let all = Arc::new(Barrier::new(MANY));
    let calls: Vec<_> = (0..MANY)
        .map(|_| {
            let (all, ends) = (all.clone(), ends.clone());
            runtime.spawn_blocking(move || {
                ENDS.set(Some(SaysWhenDropped(ends)));
                // Only on a thread of its own each do all get here.
                all.wait();
            })
        })
        .collect();
    for call in calls {
        runtime.block_on(call).unwrap();
    }
    assert_eq!(ended.iter().take(MANY).count(), MANY);
    assert_eq!(runtime.metrics().num_blocking_threads(), 0);
}
