//! Who runs when. Every task writes its letter at the start of each of its turns.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use stage1_green_threads::Coroutine;
use stage1_green_threads::course::{check, expect_eq};

use super::{RoundRobin, Task};

/// What has been written so far.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<String>>);

impl Page {
    fn write(&self, letter: char) {
        self.0.borrow_mut().push(letter);
    }

    fn read(&self) -> String {
        self.0.borrow().clone()
    }
}

/// A task of so many turns, that ends in a turn of its own, silently.
fn task(page: &Page, letter: char, turns: usize) -> Task {
    let page = page.clone();
    Coroutine::new(move |suspender, ()| {
        for _ in 0..turns {
            page.write(letter);
            suspender.suspend(());
        }
    })
    .expect("there is memory for a stack")
}

/// Every task gets its turn, in the order in which they were spawned, again and again.
#[test]
fn the_tasks_take_turns() {
    check(|_seed| {
        let (page, scheduler) = (Page::default(), RoundRobin::default());
        for letter in ['A', 'B', 'C'] {
            scheduler.spawn(task(&page, letter, 3));
        }
        expect_eq(
            page.read(),
            "",
            "tasks have run before `run` was called: `spawn` only takes a task in. Their turns:",
        );
        scheduler.run();
        let order = page.read();
        assert!(
            !order.is_empty(),
            "three tasks were spawned, and `run` has returned without resuming one of them: where does `spawn` put a task, and where does \
             `run` take it from?"
        );
        expect_eq(
            order,
            "ABCABCABC",
            "A, B and C have three turns each. In round-robin nobody has a second turn before all others\n\
             had their first: where do you put a task whose turn is over? The turns that were had:",
        );
    });
}

/// A task that ends leaves the queue, and nothing else changes.
#[test]
fn when_one_ends_the_others_keep_their_order() {
    check(|_seed| {
        let (page, scheduler) = (Page::default(), RoundRobin::default());
        for (letter, turns) in [('A', 1), ('B', 3), ('C', 3), ('D', 3)] {
            scheduler.spawn(task(&page, letter, turns));
        }
        scheduler.run();
        expect_eq(
            page.read(),
            "ABCDBCDBCD",
            "A has one turn, the others have three. When A was resumed for the second time it ended, and\n\
             then it was B's turn, C's, and D's: how did you take A out? The turns that were had:",
        );
    });
}

/// `resume` runs the task's code, and that code may call `spawn`.
#[test]
fn a_running_task_may_spawn_another() {
    check(|_seed| {
        let (page, scheduler) = (Page::default(), RoundRobin::default());
        let (inner_page, inner_scheduler) = (page.clone(), scheduler.clone());
        let parent = Coroutine::new(move |suspender, ()| {
            inner_page.write('A');
            inner_scheduler.spawn(task(&inner_page, 'n', 1));
            suspender.suspend(());
            inner_page.write('A');
        });
        scheduler.spawn(parent.expect("there is memory for a stack"));
        scheduler.spawn(task(&page, 'B', 2));
        scheduler.spawn(task(&page, 'C', 2));
        let ran = catch_unwind(AssertUnwindSafe(|| scheduler.run()));
        assert!(
            ran.is_ok(),
            "a task that called `spawn` panicked (see above). If that says \"already borrowed\": `run` has the queue borrowed while \
             the task runs. A borrow must end before `resume`, as `resume` runs code that is not yours"
        );
        let order = page.read();
        let new = order.find('n').unwrap_or(order.len());
        assert!(
            order.contains('n'),
            "A has spawned n in its first turn, and n never ran: the order was {order:?}. Did `run` look at the queue again?"
        );
        let waiting = ['B', 'C'].map(|letter| order.find(letter).expect("it was spawned first"));
        assert!(
            waiting.iter().all(|turn| *turn < new),
            "A has spawned n while B and C were waiting, and the order was {order:?}: n has overtaken one of them"
        );
    });
}
