//! The checks of exercise 3.6. Time is virtual: it moves only when everybody waits, and then to the next
//! moment that somebody has set a timer for.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::{Elapsed, timeout};
use stage1_green_threads::course::{check, expect_eq};
use stage2_reactor::simulation::World;
use stage3_executor::Executor;
use stage3_executor::reactor::Reactor;
use stage3_executor::time::sleep;

const HOUR: Duration = Duration::from_secs(3600);

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Runs `root` in a simulated world, with the executor at hand; its value, and how long that took.
fn run<T>(seed: u64, root: impl AsyncFnOnce(&Executor) -> T) -> (T, Duration) {
    let world = World::new(seed);
    let executor = Executor::with_reactor(Reactor::simulated(&world));
    let value = executor.block_on(root(&executor));
    (value, world.elapsed())
}

/// A future that is in time gives its value, at the moment when it is done.
#[test]
fn a_future_in_time_gives_its_value() {
    check(|seed| {
        let work = milliseconds(10 + seed);
        let outcome = run(seed, async |_| {
            timeout(HOUR, async {
                sleep(work).await;
                "tea"
            })
            .await
        });
        expect_eq(
            outcome,
            (Ok("tea"), work),
            "the future was in time. The result, and when it came:",
        );
    });
}

/// At the deadline it is over, even if nothing else happens at that time.
#[test]
fn it_fires_although_nothing_else_happens() {
    check(|seed| {
        let limit = milliseconds(25 + seed);
        let (result, at) = run(seed, async |_| timeout(limit, sleep(HOUR)).await);
        expect_eq(
            (result, at),
            (Err(Elapsed), limit),
            format_args!(
                "the future waits for an hour, the limit is {limit:?}. A future is polled when\n\
                 something has happened: who makes something happen at the deadline? (A `sleep` that is\n\
                 dropped takes its timer with it.) The result, and when it came:"
            ),
        );
    });
}

/// The deadline stays where it was set, however often the future is polled before.
#[test]
fn polls_in_between_do_not_move_the_deadline() {
    check(|seed| {
        let limit = milliseconds(55 + seed % 4);
        let (result, at) = run(seed, async |executor| {
            // Something happens every 10 ms, and each time everybody is polled.
            drop(executor.spawn(async {
                for _ in 0..20 {
                    sleep(milliseconds(10)).await;
                }
            }));
            timeout(limit, sleep(HOUR)).await
        });
        expect_eq(result, Err(Elapsed), "the future was late");
        assert!(
            at <= limit + milliseconds(10),
            "it was polled every 10 ms until 200 ms. The limit was {limit:?}, and it was over at\n\
             {at:?}: the deadline has moved with each poll. It is to be set once"
        );
    });
}

/// If value and deadline are there at the same poll, the value wins.
#[test]
fn a_value_that_is_there_at_the_deadline_wins() {
    check(|seed| {
        let limit = milliseconds(30 + seed);
        let (result, _) = run(seed, async |_| {
            timeout(limit, async {
                sleep(limit).await;
                "just in time"
            })
            .await
        });
        expect_eq(
            result,
            Ok("just in time"),
            format_args!(
                "both came at {limit:?}, and were seen in the same poll. The value was there, and was\n\
                 thrown away: poll the future first"
            ),
        );
    });
}

/// A future that is late is dropped when `timeout(…).await` returns.
#[test]
fn a_late_future_is_dropped() {
    check(|seed| {
        let held = Rc::new(());
        let inner = Rc::clone(&held);
        let polls = Rc::new(Cell::new(0));
        let count = Rc::clone(&polls);
        let late = poll_fn(move |_| -> Poll<()> {
            let _held = &inner;
            count.set(count.get() + 1);
            Poll::Pending
        });
        let (users, _) = run(seed, async |_| {
            let _ = timeout(milliseconds(5), race_with_an_hour(late)).await;
            Rc::strong_count(&held)
        });
        expect_eq(
            users,
            1,
            format_args!(
                "the late future has been polled {} times and lives on. How many hold what it held:",
                polls.get()
            ),
        );
    });
}

/// As `future`; if that never ends, an hour passes.
async fn race_with_an_hour(future: impl Future<Output = ()>) {
    stage3_executor::future::race(future, sleep(HOUR)).await;
}
