//! Tasks that panic, among others that do not.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use stage1_green_threads::course::{cannot_tell, check, expect_eq};

use super::Task;

/// More than any task here needs.
const STEPS: usize = 10;

/// A payload that is no text.
#[derive(Debug, PartialEq)]
struct Code(u64);

/// A task that suspends once, and then panics with `payload`. (`resume_unwind` is a panic that prints nothing.)
fn panicking(payload: impl Any + Send) -> Task<u64> {
    let task = Task::new(move |suspender| {
        suspender.suspend(());
        resume_unwind(Box::new(payload))
    });
    task.expect("there is memory for a stack")
}

/// A task that suspends so many times, and then returns the number.
fn returning(number: u64) -> Task<u64> {
    let task = Task::new(move |suspender| {
        for _ in 0..number {
            suspender.suspend(());
        }
        number
    });
    task.expect("there is memory for a stack")
}

/// `task.step()`, or nothing if that panics.
fn try_step(task: &mut Task<u64>) -> Option<bool> {
    catch_unwind(AssertUnwindSafe(|| task.step())).ok()
}

/// `step` says whether the function has ended, and `finish` gives what it returned.
#[test]
fn a_result_comes_through() {
    check(|seed| {
        let number = seed % 5;
        let mut task = returning(number);
        for step in 0..number {
            assert!(
                !task.step(),
                "step {step} ended with a `suspend`, and `step` said that the task had ended"
            );
        }
        assert!(
            task.step(),
            "the function has returned, and `step` said that it goes on"
        );
        expect_eq(
            task.finish(),
            number,
            "the function has returned. What `finish` gave:",
        );
    });
}

/// A panic of the function is not one of `step`.
#[test]
fn a_panic_does_not_leave_step() {
    check(|_seed| {
        let mut task = panicking("sorry");
        assert!(!task.step(), "the first step ends with a `suspend`");
        assert!(
            try_step(&mut task).is_some(),
            "the function panicked, and the panic went on in `step`. Whoever calls `step` is a scheduler: it has done nothing wrong, and \
             all other tasks would end with it. Where is the last place at which the panic can be caught?"
        );
    });
}

/// After its panic, nobody steps a task again, and the others have their turns.
#[test]
fn a_panicked_task_has_ended() {
    check(|_seed| {
        let mut tasks = [panicking("sorry"), returning(3), returning(1)];
        let mut ended = [false; 3];
        for _ in 0..STEPS {
            for (task, ended) in tasks.iter_mut().zip(&mut ended) {
                // A panic in `step` is the matter of another check.
                *ended = *ended || try_step(task).unwrap_or(true);
            }
        }
        assert!(
            ended[0],
            "the first task panicked in its second step, and after {STEPS} steps `step` still says that it goes on. There is nothing left \
             on its stack to go on with: a panic is an end"
        );
        expect_eq(
            ended,
            [true; 3],
            "the first task panicked, and the others have to go on as if nothing had happened. Which of the\n\
             three have ended:",
        );
    });
}

/// What is raised in `finish` is the very value that the function has panicked with.
#[test]
fn the_payload_arrives_as_it_was() {
    check(|seed| {
        let mut task = panicking(Code(seed));
        let mut steps = (0..STEPS).map(|_| try_step(&mut task));
        if steps.find(|step| *step != Some(false)) != Some(Some(true)) {
            return cannot_tell(); // It never ends, or `step` panics: the matter of other checks.
        }
        let Err(payload) = catch_unwind(AssertUnwindSafe(|| task.finish())) else {
            panic!("the function has panicked, and `finish` returned a value");
        };
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        assert!(
            payload.is::<Code>(),
            "the function panicked with a value of the type `Code`, and `finish` with {text:?}: that is another panic, with a payload of its \
             own. To go on with a panic that was caught, raise its payload itself"
        );
        expect_eq(
            payload.downcast_ref::<Code>(),
            Some(&Code(seed)),
            "`finish` panicked with another payload than the function. What arrived:",
        );
    });
}

/// What lives on the stack of a task that panics is dropped by that panic, and once.
#[test]
fn destructors_run_once() {
    check(|_seed| {
        struct Noted(Rc<Cell<usize>>);
        impl Drop for Noted {
            fn drop(&mut self) {
                self.0.set(self.0.get() + 1);
            }
        }
        let drops = Rc::new(Cell::new(0));
        let noted = Noted(drops.clone());
        let task = Task::new(move |_| -> u64 {
            let _noted = noted;
            resume_unwind(Box::new("sorry"))
        });
        let mut task = task.expect("there is memory for a stack");
        let _ = try_step(&mut task);
        drop(task);
        expect_eq(
            drops.get(),
            1,
            "a panic has passed a stack on which a variable lived. How often the variable's destructor ran:",
        );
    });
}
