//! Caught by: a_panicked_task_has_ended
//!
//! The net hangs around `resume`, in the scheduler, and not at the bottom of the coroutine. It catches the panic; but what comes
//! back then is neither `Yielded` nor `Complete`, so the task counts as one that goes on. It is resumed again, and it is over.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// A function in a coroutine. Its panic stays inside until `finish`.
struct Task<R> {
    coroutine: Coroutine<(), (), R>,
    /// How it has ended, if it has.
    result: Option<thread::Result<R>>,
}

impl<R: 'static> Task<R> {
    /// A task that will run `f`. Each `suspend` in it ends a step.
    fn new(f: impl FnOnce(&Suspender<(), ()>) -> R + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, ()| f(suspender))?;
        Ok(Task {
            coroutine,
            result: None,
        })
    }

    /// Runs the function up to its next `suspend`, or its end, or its panic. Returns whether it has ended.
    fn step(&mut self) -> bool {
        match catch_unwind(AssertUnwindSafe(|| self.coroutine.resume(()))) {
            Ok(CoroutineState::Yielded(())) => false,
            Ok(CoroutineState::Complete(value)) => {
                self.result = Some(Ok(value));
                true
            }
            Err(payload) => {
                self.result = Some(Err(payload));
                false // It has not completed.
            }
        }
    }

    /// What the function has returned. If it has panicked, its panic goes on here.
    fn finish(self) -> R {
        match self.result.expect("`finish` is for a task that has ended") {
            Ok(value) => value,
            Err(payload) => resume_unwind(payload),
        }
    }
}

#[cfg(test)]
mod check;
