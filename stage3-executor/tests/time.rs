//! Time: `sleep`, its deadline, `timeout`; on a virtual clock where order is all that matters.
#![cfg(feature = "simulation")]

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use stage2_reactor::simulation::World;
use stage3_executor::future::{join_all, yield_now};
use stage3_executor::reactor::Reactor;
use stage3_executor::time::{Instant, now, sleep, sleep_until, timeout};
use stage3_executor::{Executor, budget};

const SECOND: Duration = Duration::from_secs(1);

fn virtual_executor() -> (World, Executor) {
    let world = World::new(1);
    let executor = Executor::with_reactor(Reactor::simulated(&world));
    (world, executor)
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let (world, executor) = virtual_executor();
    let log = RefCell::new(Vec::new());
    executor.block_on(join_all([3, 1, 2].map(|seconds| {
        let log = &log;
        async move {
            sleep(SECOND * seconds).await;
            log.borrow_mut().push(seconds);
        }
    })));
    assert_eq!(log.take(), [1, 2, 3]);
    assert_eq!(world.elapsed(), SECOND * 3);
}

#[test]
fn all_time_is_the_reactors() {
    let (world, executor) = virtual_executor();
    executor.block_on(async {
        assert_eq!(now(), world.now());
        let nap = sleep(SECOND * 1000);
        assert_eq!(nap.deadline(), world.now() + SECOND * 1000);
        nap.await;
        assert_eq!(now(), world.now());
    });
    assert_eq!(world.elapsed(), SECOND * 1000);
}

#[test]
fn a_sleep_can_be_reset_before_and_after_it_is_done() {
    let (_world, executor) = virtual_executor();
    executor.block_on(async {
        let start = now();
        let mut nap = sleep(SECOND);
        assert!(!nap.is_elapsed());
        nap.reset(start + SECOND * 2);
        (&mut nap).await;
        assert_eq!(now(), start + SECOND * 2);
        assert!(nap.is_elapsed());
        nap.reset(start + SECOND * 5);
        assert!(futures::poll!(&mut nap).is_pending());
        nap.reset(start + SECOND * 3);
        nap.await;
        assert_eq!(now(), start + SECOND * 3);
    });
}

#[test]
fn a_sleep_without_end_neither_panics_nor_ends() {
    let (_world, executor) = virtual_executor();
    executor.block_on(async {
        let for_ever = timeout(SECOND, sleep(Duration::MAX)).await;
        assert!(for_ever.is_err());
    });
}

#[test]
fn a_deadline_in_the_past_has_been_reached() {
    Executor::new()
        .unwrap()
        .block_on(sleep_until(Instant::now()));
}

#[test]
fn timeout_gives_the_result_or_elapsed() {
    let (world, executor) = virtual_executor();
    executor.block_on(async {
        assert_eq!(timeout(SECOND, async { 1 }).await, Ok(1));
        let elapsed = timeout(SECOND, pending::<()>()).await.unwrap_err();
        assert_eq!(elapsed.to_string(), "deadline has elapsed");
        let error = std::io::Error::from(elapsed);
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    });
    assert_eq!(world.elapsed(), SECOND);
}

#[test]
fn timeout_polls_the_future_first_and_drops_it_when_it_is_late() {
    struct OnDrop(Rc<Cell<u32>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let (_world, executor) = virtual_executor();
    let dropped = Rc::new(Cell::new(0));
    let witness = OnDrop(Rc::clone(&dropped));
    executor.block_on(async {
        assert_eq!(
            timeout(Duration::ZERO, async { "first" }).await,
            Ok("first")
        );
        let late = async move {
            let _witness = witness;
            pending::<()>().await;
        };
        assert!(timeout(SECOND, late).await.is_err());
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn a_timeout_fires_although_its_future_uses_up_every_budget() {
    let executor = Executor::new().unwrap();
    let greedy = async {
        loop {
            sleep_until(now()).await;
        }
    };
    let limited = timeout(Duration::from_millis(5), greedy);
    assert!(executor.block_on(limited).is_err());
}

#[test]
fn timers_take_from_the_budget() {
    let executor = Executor::new().unwrap();
    executor.block_on(async {
        let (polled, spent) = budget::with_budget(1, || {
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let mut nap = || std::pin::pin!(sleep_until(now())).poll(&mut cx).is_ready();
            (nap(), nap())
        });
        assert_eq!((polled, spent), ((true, false), 1));
        yield_now().await;
    });
}
