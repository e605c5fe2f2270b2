//! Sets of tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stage4_waker::channel::oneshot;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task::{self, JoinSet};

fn runtime() -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    runtime.expect("a runtime")
}

#[test]
fn outputs_come_in_the_order_in_which_tasks_finish() {
    runtime().block_on(async {
        let mut set = JoinSet::new();
        let (first, after_first) = oneshot::channel::<()>();
        set.spawn(async move {
            after_first.await.unwrap();
            "second"
        });
        set.spawn(async { "first" });
        assert_eq!(set.join_next().await.unwrap().unwrap(), "first");
        assert!(set.try_join_next().is_none());
        first.send(()).unwrap();
        assert_eq!(set.join_next().await.unwrap().unwrap(), "second");
        assert!(set.join_next().await.is_none());
    });
}

#[test]
fn a_panic_and_an_abort_come_out_of_the_set_as_errors() {
    runtime().block_on(async {
        let mut set = JoinSet::new();
        set.spawn(async { panic!("on purpose") });
        assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
        let abort = set.spawn(std::future::pending::<()>());
        abort.abort();
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert!(set.is_empty());
    });
}

#[test]
fn a_blocking_call_can_be_in_a_set() {
    runtime().block_on(async {
        let mut set = JoinSet::new();
        set.spawn_blocking(|| 1);
        set.spawn(async { 2 });
        let mut outputs = set.join_all().await;
        outputs.sort();
        assert_eq!(outputs, [1, 2]);
    });
}

#[test]
fn a_set_that_is_shut_down_has_dropped_all_futures() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    runtime().block_on(async {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut set = JoinSet::new();
        for _ in 0..100 {
            let counted = Counted(drops.clone());
            set.spawn(async move {
                let _counted = counted;
                std::future::pending::<()>().await;
            });
        }
        set.shutdown().await;
        assert_eq!(drops.load(Ordering::SeqCst), 100);
    });
}

#[test]
fn a_set_says_which_task_has_finished() {
    runtime().block_on(async {
        let mut set = JoinSet::new();
        let (good, bad) = (
            set.spawn(async { 1 }).id(),
            set.spawn(async { panic!("on purpose") }).id(),
        );
        for _ in 0..2 {
            match set.join_next_with_id().await.unwrap() {
                Ok((id, output)) => assert_eq!((id, output), (good, 1)),
                Err(error) => assert_eq!(error.id(), bad),
            }
        }
        assert!(set.try_join_next_with_id().is_none());
    });
}

#[test]
fn what_has_finished_is_there_without_waiting_whatever_the_budget() {
    runtime().block_on(async {
        let mut set: JoinSet<usize> = (0..1000).map(async |n| n).collect();
        let mut outputs = 0;
        while outputs < 1000 {
            while set.try_join_next().is_some() {
                outputs += 1;
            }
            task::yield_now().await;
        }
        assert!(set.is_empty());
    });
}

#[test]
fn a_set_may_be_on_another_runtime_than_its_owner() {
    let other = runtime();
    runtime().block_on(async {
        let mut set = JoinSet::new();
        set.spawn_on(async { 1 }, other.handle());
        set.spawn_blocking_on(|| 2, other.handle());
        let outputs = set.join_all().await;
        assert_eq!(outputs.into_iter().sum::<u32>(), 3);
    });
}
