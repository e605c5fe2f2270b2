//! Tasks that are stopped in their middle, and what they leave behind.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use stage1_green_threads::course::{check, expect_eq};

use super::{ATTEMPTS, End, Pause, Stopped, Task};

/// What has happened, in order.
#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<&'static str>>>);

impl Notes {
    fn write(&self, note: &'static str) {
        self.0.borrow_mut().push(note);
    }

    fn read(&self) -> Vec<&'static str> {
        self.0.borrow().clone()
    }

    /// A variable whose destructor writes a note.
    fn variable(&self, name: &'static str) -> Variable {
        Variable(self.clone(), name)
    }
}

struct Variable(Notes, &'static str);

impl Drop for Variable {
    fn drop(&mut self) {
        self.0.write(self.1);
    }
}

fn task(f: impl FnOnce(&Pause<'_>) -> u64 + 'static) -> Task<u64> {
    Task::new(f).expect("there is memory for a stack")
}

/// Pauses, and swallows the order to stop. Anything else passes.
fn pause_and_swallow(pause: &Pause<'_>) -> bool {
    match catch_unwind(AssertUnwindSafe(|| pause.pause())) {
        Ok(()) => false,
        Err(payload) if payload.is::<Stopped>() => true,
        Err(payload) => resume_unwind(payload),
    }
}

fn name<R>(end: &End<R>) -> &'static str {
    match end {
        End::Unwound => "Unwound",
        End::Returned(_) => "Returned",
        End::Panicked(_) => "Panicked",
        End::Refused => "Refused",
    }
}

/// What lives on the stack is dropped before `stop` returns, the innermost first.
#[test]
fn stopping_runs_the_destructors() {
    check(|_seed| {
        fn inner(notes: &Notes, pause: &Pause<'_>) {
            let _variable = notes.variable("inner");
            pause.pause();
            notes.write("went on");
        }
        let notes = Notes::default();
        let inside = notes.clone();
        let mut task = task(move |pause| {
            let _variable = inside.variable("outer");
            inner(&inside, pause);
            0
        });
        task.step();
        let end = task.stop();
        let found = notes.read();
        assert!(
            !found.contains(&"went on"),
            "the task was told to stop while it paused, and has gone on behind the pause: there happened {found:?}"
        );
        expect_eq(
            found,
            ["inner", "outer"],
            "the task was stopped while it paused. What was alive is dropped, from the innermost function\n\
             outwards. The destructors that ran:",
        );
        expect_eq(
            name(&end),
            "Unwound",
            "the task has unwound to its bottom. What `stop` has returned:",
        );
    });
}

/// No turn, no effects: only what the function owns is dropped.
#[test]
fn a_task_that_never_had_a_turn_does_not_begin() {
    check(|_seed| {
        let notes = Notes::default();
        let (inside, owned) = (notes.clone(), notes.variable("dropped what it owned"));
        let task = task(move |pause| {
            let _owned = owned;
            inside.write("began");
            pause.pause();
            0
        });
        let end = task.stop();
        expect_eq(
            notes.read(),
            ["dropped what it owned"],
            "a task was stopped that never had a turn. With which order did its first turn begin? What\n\
             happened:",
        );
        expect_eq(
            name(&end),
            "Unwound",
            "a task was stopped that never had a turn. What `stop` has returned:",
        );
    });
}

/// A `catch_unwind` on the way ends the unwinding, and not the task.
#[test]
fn a_swallowed_unwinding_is_raised_again() {
    check(|seed| {
        let swallows = 1 + (seed as usize) % (ATTEMPTS - 1);
        let notes = Notes::default();
        let inside = notes.clone();
        let mut task = task(move |pause| {
            let _variable = inside.variable("dropped");
            for _ in 0..swallows {
                pause_and_swallow(pause);
            }
            pause.pause();
            inside.write("went on");
            0
        });
        task.step();
        let end = task.stop();
        expect_eq(
            name(&end),
            "Unwound",
            format_args!(
                "the task caught the unwinding {swallows} times and paused again, before it let one through. It is\n\
                 in a pause: it can be told again, {ATTEMPTS} times in all. What `stop` has returned:"
            ),
        );
        expect_eq(
            notes.read(),
            ["dropped"],
            "the task let the last unwinding through. What happened in it:",
        );
    });
}

/// What does not give in after the last attempt is given up.
#[test]
fn one_that_never_gives_in_refuses() {
    check(|_seed| {
        let told = Rc::new(Cell::new(0));
        let inside = told.clone();
        let mut task = task(move |pause| {
            while pause_and_swallow(pause) {
                inside.set(inside.get() + 1);
            }
            0
        });
        task.step();
        let end = task.stop();
        expect_eq(
            name(&end),
            "Refused",
            "the task caught every unwinding and paused again. What `stop` has returned:",
        );
        let told = told.get();
        assert!(
            (1..=ATTEMPTS).contains(&told),
            "the task was told {told} times to stop, and {ATTEMPTS} times are allowed"
        );
    });
}

/// A task that panics while it is being stopped has panicked.
#[test]
fn a_panic_of_its_own_is_told_apart() {
    check(|seed| {
        let mut task = task(move |pause| {
            pause_and_swallow(pause);
            resume_unwind(Box::new(seed))
        });
        task.step();
        match task.stop() {
            End::Panicked(payload) => expect_eq(
                payload.downcast_ref::<u64>(),
                Some(&seed),
                "the task panicked while it was stopped. The payload that `stop` has returned:",
            ),
            end => panic!(
                "the task caught the unwinding, and then panicked because something was wrong. `stop` says {}: how did you tell the one from \
                 the other?",
                name(&end)
            ),
        }
    });
}

/// Catching the unwinding is allowed: what the task then returns is its result.
#[test]
fn a_task_may_catch_it_and_return() {
    check(|seed| {
        let mut task = task(move |pause| {
            pause_and_swallow(pause);
            seed
        });
        task.step();
        let end = task.stop();
        assert!(
            matches!(end, End::Returned(value) if value == seed),
            "the task caught the unwinding and returned {seed}, and `stop` says {}",
            name(&end)
        );
    });
}
