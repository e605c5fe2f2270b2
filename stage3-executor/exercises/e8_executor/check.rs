//! The checks of exercise 3.8. The reactor is a simulated one: when the executor waits in it, the virtual clock
//! jumps to the next timer; as long as it does not, the clock stands still.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;

use super::{Task, run};
use stage1_green_threads::course::{check, expect_eq};
use stage2_reactor::simulation::World;
use stage3_executor::future::yield_now;
use stage3_executor::reactor::Reactor;
use stage3_executor::time::{self, sleep};

const HOUR: Duration = Duration::from_secs(3600);

/// Runs the tasks in a simulated world; how much virtual time that took.
fn run_in_a_world(seed: u64, tasks: Vec<Task>) -> Duration {
    let world = World::new(seed);
    let mut reactor = Reactor::simulated(&world);
    if let Err(error) = run(&mut reactor, tasks) {
        panic!(
            "reactor.turn failed at {:?} of virtual time: {error}. With nobody waiting for an event,\n\
             no event can come: then somebody could go on",
            world.elapsed()
        );
    }
    world.elapsed()
}

/// Becomes ready when `flag` is set, which it can only see when it is polled. Meanwhile it wakes once an hour.
async fn until(flag: Rc<Cell<bool>>) {
    let mut nap = sleep(HOUR);
    poll_fn(|cx| {
        while !flag.get() {
            ready!(Pin::new(&mut nap).poll(cx));
            nap.reset(time::now() + HOUR);
        }
        Poll::Ready(())
    })
    .await;
}

/// When all are done, `run` returns.
#[test]
fn it_ends_when_all_are_done() {
    check(|seed| {
        let done = Rc::new(Cell::new(0));
        let task = |_| {
            let done = Rc::clone(&done);
            Task::new(async move { done.set(done.get() + 1) })
        };
        run_in_a_world(seed, Vec::new());
        run_in_a_world(seed, (0..3).map(task).collect());
        expect_eq(
            done.get(),
            3,
            "three tasks were to run. How many were done when `run` returned:",
        );
    });
}

/// While everybody waits, nobody is polled: the thread is in `reactor.turn(None)`.
#[test]
fn it_waits_in_the_reactor_when_nobody_can_go_on() {
    check(|seed| {
        let polls = Rc::new(Cell::new(0));
        let sleeper = |number: u64| {
            let polls = Rc::clone(&polls);
            Task::new(async move {
                let mut nap = pin!(sleep(Duration::from_millis(10 * number)));
                poll_fn(|cx| {
                    polls.set(polls.get() + 1);
                    assert!(
                        polls.get() < 200,
                        "200 polls for 3 events: the executor asks again although nothing has happened. (The\n\
                         virtual clock stands still: it moves when somebody waits for it)"
                    );
                    nap.as_mut().poll(cx)
                })
                .await
            })
        };
        let took = run_in_a_world(seed, [3, 1, 2].map(sleeper).into());
        expect_eq(
            took,
            Duration::from_millis(30),
            "three tasks slept 10, 20 and 30 ms, all at the same time. How long that took:",
        );
        // Everybody at the start, and those that are left at each event and once after it.
        let polls = polls.get();
        assert!(
            polls <= 12,
            "{polls} polls for three tasks and three events; 12 are enough"
        );
    });
}

/// A task that has given its turn away can go on at once: no event will come for it.
#[test]
fn it_does_not_wait_while_somebody_can_go_on() {
    check(|seed| {
        let flag = Rc::new(Cell::new(false));
        let setter = Rc::clone(&flag);
        let turns = 1 + seed % 5;
        let busy = Task::new(async move {
            for _ in 0..turns {
                yield_now().await;
            }
            setter.set(true);
            yield_now().await;
        });
        let took = run_in_a_world(seed, vec![busy, Task::new(until(flag))]);
        expect_eq(
            took,
            Duration::ZERO,
            "a task had yielded, which is an operation, and was not done: it could go on at once. The\n\
             executor waited in the reactor instead, until an unrelated timer fired. Virtual time\n\
             that went by:",
        );
    });
}

/// A task that ends may have set something for which another one waits.
#[test]
fn a_task_that_is_done_may_let_others_go_on() {
    check(|seed| {
        let flag = Rc::new(Cell::new(false));
        let setter = Rc::clone(&flag);
        let waiter = Task::new(until(flag));
        let took = run_in_a_world(
            seed,
            vec![waiter, Task::new(async move { setter.set(true) })],
        );
        expect_eq(
            took,
            Duration::ZERO,
            "the first task waited for a flag, the second set it and was done. The executor then\n\
             waited in the reactor, and asked the first again only when an unrelated timer fired.\n\
             Virtual time that went by:",
        );
    });
}

/// A round polls every task, also those behind one that got on.
#[test]
fn everybody_is_polled_in_every_round() {
    check(|seed| {
        let log = Rc::new(RefCell::new(Vec::new()));
        let flag = Rc::new(Cell::new(false));
        let worker = |name| {
            let (log, flag) = (Rc::clone(&log), Rc::clone(&flag));
            Task::new(async move {
                for _ in 0..3 {
                    log.borrow_mut().push(name);
                    yield_now().await;
                }
                flag.set(true);
            })
        };
        let mut tasks = vec![worker("a"), worker("b")];
        tasks.push(Task::new(until(Rc::clone(&flag))));
        run_in_a_world(seed, tasks);
        expect_eq(
            log.borrow().join(" "),
            "a b a b a b",
            "a task that can go on again and again must not keep those behind it from being polled.\n\
             The turns that there were:",
        );
    });
}
