//! The checks of exercise 3.5. The tasks write down each of their turns.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use super::Executor;
use stage1_green_threads::course::{check, expect_eq};
use stage3_executor::future::yield_now;

/// Who had a turn, in order.
type Turns = Rc<RefCell<Vec<String>>>;

/// A task that needs so many turns.
async fn worker(name: &'static str, turns: usize, log: Turns) {
    for turn in 1..=turns {
        assert!(
            log.borrow().len() < 500,
            "far too many turns: {:?}",
            &log.borrow()[..9]
        );
        log.borrow_mut().push(format!("{name}{turn}"));
        if turn < turns {
            yield_now().await;
        }
    }
}

/// Runs the executor. If it panics because the queue is borrowed twice, says what that means; `second`
/// is who borrows it the second time.
fn run(executor: &Executor, second: &str) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| executor.run())) else {
        return;
    };
    let text = panic.downcast_ref::<String>().map_or("", String::as_str);
    assert!(
        !text.contains("borrowed"),
        "{second} borrows the queue,\n\
         and it is still borrowed since before the task was polled. What `borrow_mut()` gives\n\
         lives to the end of its statement, or as long as the variable that it is kept in; and\n\
         the statements `while let` and `if let` end only after their bodies"
    );
    resume_unwind(panic);
}

/// The tasks are polled one after the other, from the first to the last, and again; who is done leaves,
/// and the others stay in their order.
#[test]
fn everybody_has_a_turn_in_the_order_of_the_queue() {
    check(|seed| {
        let executor = Executor::default();
        let log = Turns::default();
        let extra = 1 + seed as usize % 3;
        for (name, turns) in [("a", 1), ("b", 3), ("c", 2), ("d", 3 + extra)] {
            executor.spawn(worker(name, turns, Rc::clone(&log)));
        }
        run(&executor, "putting a task back");
        let mut expected = vec!["a1", "b1", "c1", "d1", "b2", "c2", "d2", "b3", "d3"];
        expected.extend(&["d4", "d5", "d6"][..extra]);
        expect_eq(
            log.take(),
            expected,
            "who was polled goes to the end of the queue, behind everybody who waits. The turns that\n\
             were had (b2 is the second turn of task b):",
        );
    });
}

/// A task may spawn another while it is polled: that one runs too, behind those who wait already.
#[test]
fn a_task_may_spawn_others() {
    check(|_| {
        let executor = Rc::new(Executor::default());
        let log = Turns::default();
        let (inner, inner_log) = (Rc::clone(&executor), Rc::clone(&log));
        executor.spawn(async move {
            inner.spawn(worker("child", 1, Rc::clone(&inner_log)));
            worker("parent", 2, inner_log).await;
        });
        executor.spawn(worker("sibling", 2, Rc::clone(&log)));
        run(&executor, "`spawn`, which a task calls while it is polled,");
        let turn_of = |wanted: &str| {
            let found = log.borrow().iter().position(|turn| turn == wanted);
            found.unwrap_or_else(|| panic!(
                    "{wanted} never came (its task was spawned while another was being polled): the turns\n\
                     were {:?}",
                    log.borrow()
                ))
        };
        assert!(
            turn_of("child1") > turn_of("sibling1"),
            "the sibling waited before the child was spawned; the turns: {:?}",
            log.borrow()
        );
    });
}

/// `run` returns when all are done, and can be called again for new tasks.
#[test]
fn run_ends_when_all_are_done() {
    check(|_| {
        let executor = Executor::default();
        executor.run();
        let log = Turns::default();
        for _ in 0..2 {
            executor.spawn(worker("a", 2, Rc::clone(&log)));
            run(&executor, "putting a task back");
        }
        expect_eq(
            log.take(),
            ["a1", "a2", "a1", "a2"],
            "a task with two turns was spawned and run, twice. The turns that were had:",
        );
    });
}
