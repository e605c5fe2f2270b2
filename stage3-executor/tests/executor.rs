//! The executor that asks everybody: when it polls, when it waits, what becomes of its tasks.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use stage3_executor::future::{join, join_all, yield_now};
use stage3_executor::time::sleep;
use stage3_executor::{Executor, budget};

/// Says when it is dropped.
struct OnDrop(Rc<Cell<usize>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn block_on_gives_the_result_of_its_future() {
    let executor = Executor::new().unwrap();
    let text = String::from("borrowed");
    assert_eq!(executor.block_on(async { text.len() }), 8);
}

#[test]
fn a_spawned_task_gives_its_result_to_whoever_awaits_it() {
    let executor = Executor::new().unwrap();
    let sum = executor.block_on(async {
        let tasks = (0..10).map(|n| {
            executor.spawn(async move {
                yield_now().await;
                n
            })
        });
        let results: Vec<u32> = join_all(tasks.collect::<Vec<_>>()).await;
        results.iter().sum::<u32>()
    });
    assert_eq!(sum, 45);
}

#[test]
fn everybody_is_polled_at_each_event() {
    let executor = Executor::new().unwrap();
    let polls = Rc::new(Cell::new(0));
    // It never gets on, and nothing ever happens to it; it is polled all the same.
    let counter = Rc::clone(&polls);
    drop(executor.spawn(poll_fn(move |_| -> Poll<()> {
        counter.set(counter.get() + 1);
        Poll::Pending
    })));
    executor.block_on(async {
        for _ in 0..5 {
            sleep(Duration::from_millis(2)).await;
        }
    });
    assert!((5..=30).contains(&polls.get()), "{} polls", polls.get());
}

#[test]
fn when_nobody_gets_on_the_thread_waits_in_the_reactor() {
    let executor = Executor::new().unwrap();
    let polls = Cell::new(0);
    let mut nap = sleep(Duration::from_millis(50));
    executor.block_on(poll_fn(|cx| {
        polls.set(polls.get() + 1);
        std::pin::Pin::new(&mut nap).poll(cx)
    }));
    // One poll that sets the timer, one when it fires; a wait may end early.
    assert!((2..=4).contains(&polls.get()), "{} polls", polls.get());
}

#[test]
fn the_waker_does_nothing() {
    let executor = Executor::new().unwrap();
    let polls = Rc::new(Cell::new(0));
    let counter = Rc::clone(&polls);
    // Asks to be polled again at once; nobody listens.
    drop(executor.spawn(poll_fn(move |cx| -> Poll<()> {
        counter.set(counter.get() + 1);
        cx.waker().wake_by_ref();
        Poll::Pending
    })));
    executor.block_on(sleep(Duration::from_millis(20)));
    assert!((1..=3).contains(&polls.get()), "{} polls", polls.get());
}

#[test]
fn what_another_thread_makes_ready_is_noticed_soon() {
    let executor = Executor::new().unwrap();
    let flag = Arc::new(AtomicBool::new(false));
    let setter = Arc::clone(&flag);
    let thread = thread::spawn(move || setter.store(true, Ordering::Release));
    executor.block_on(poll_fn(|_| match flag.load(Ordering::Acquire) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    }));
    thread.join().unwrap();
}

#[test]
fn tasks_that_are_unfinished_go_on_in_the_next_block_on() {
    let executor = Executor::new().unwrap();
    let step = Rc::new(Cell::new(0));
    let stepper = Rc::clone(&step);
    let task = executor.spawn(async move {
        stepper.set(1);
        yield_now().await;
        yield_now().await;
        stepper.set(2);
        "done"
    });
    executor.block_on(yield_now());
    assert_eq!(step.get(), 1);
    assert_eq!(executor.block_on(task), "done");
    assert_eq!(step.get(), 2);
}

#[test]
fn a_task_can_be_spawned_from_inside_and_starts_in_the_next_round() {
    let executor = Rc::new(Executor::new().unwrap());
    let log = Rc::new(RefCell::new(Vec::new()));
    let (inner, inner_log) = (Rc::clone(&executor), Rc::clone(&log));
    let outer = executor.spawn(async move {
        inner_log.borrow_mut().push("outer");
        let child_log = Rc::clone(&inner_log);
        let child = inner.spawn(async move { child_log.borrow_mut().push("child") });
        inner_log.borrow_mut().push("spawned");
        child.await;
        inner_log.borrow_mut().push("joined");
    });
    executor.block_on(outer);
    assert_eq!(log.take(), ["outer", "spawned", "child", "joined"]);
}

#[test]
fn dropping_the_executor_drops_every_task_once() {
    let dropped = Rc::new(Cell::new(0));
    let executor = Executor::new().unwrap();
    for _ in 0..3 {
        let witness = OnDrop(Rc::clone(&dropped));
        drop(executor.spawn(async move {
            let _witness = witness;
            pending::<()>().await;
        }));
    }
    executor.block_on(yield_now());
    assert_eq!(dropped.get(), 0);
    drop(executor);
    assert_eq!(dropped.get(), 3);
}

#[test]
fn a_future_is_dropped_as_soon_as_it_is_done() {
    let dropped = Rc::new(Cell::new(0));
    let executor = Executor::new().unwrap();
    let witness = OnDrop(Rc::clone(&dropped));
    let task = executor.spawn(async move { drop(witness) });
    executor.block_on(yield_now());
    assert_eq!(dropped.get(), 1);
    executor.block_on(task);
}

#[test]
fn a_panic_in_a_task_comes_out_of_block_on_and_its_siblings_stay() {
    let executor = Executor::new().unwrap();
    let bad = executor.spawn(async { panic!("spilled") });
    let good = executor.spawn(async {
        yield_now().await;
        "still here"
    });
    let panic = catch_unwind(AssertUnwindSafe(|| executor.block_on(pending::<()>())));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"spilled"));
    assert_eq!(executor.block_on(good), "still here");
    // Whoever awaits the task that panicked does not wait for ever.
    let gone: Result<(), _> = catch_unwind(AssertUnwindSafe(|| executor.block_on(bad)));
    let message = *gone.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("is gone, or never came"), "{message}");
}

#[test]
fn block_on_within_block_on_is_refused_with_a_clear_message() {
    let executor = Executor::new().unwrap();
    let nested = AssertUnwindSafe(|| executor.block_on(async { executor.block_on(async {}) }));
    let panic = catch_unwind(nested).unwrap_err();
    let message = panic.downcast_ref::<&str>().unwrap();
    assert!(message.contains("use `.await` there"), "{message}");
    // And the executor can be used again.
    executor.block_on(async {});
}

#[test]
fn a_task_that_is_always_ready_does_not_starve_its_siblings() {
    let executor = Executor::new().unwrap();
    drop(executor.spawn(async {
        loop {
            poll_fn(|cx| budget::operation(cx, |_| Poll::Ready(()))).await;
        }
    }));
    let counted = async {
        for _ in 0..10 {
            yield_now().await;
        }
    };
    let slept = sleep(Duration::from_millis(1));
    executor.block_on(join(counted, slept));
}
