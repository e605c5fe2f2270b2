//! Caught by: a_panic_does_not_leave_step
//!
//! Only the end is noted: "has it ended?" is asked of the coroutine, which knows. True, and the panic goes on in `step`
//! all the same: `resume` raises it there, in the middle of the scheduler.

use std::io;
use std::panic::resume_unwind;
use std::thread;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// A function in a coroutine. Its panic stays inside until `finish`.
struct Task<R> {
    coroutine: Coroutine<(), (), thread::Result<R>>,
    /// How it has ended, if it has.
    result: Option<thread::Result<R>>,
}

impl<R: 'static> Task<R> {
    /// A task that will run `f`. Each `suspend` in it ends a step.
    fn new(f: impl FnOnce(&Suspender<(), ()>) -> R + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, ()| Ok(f(suspender)))?;
        Ok(Task {
            coroutine,
            result: None,
        })
    }

    /// Runs the function up to its next `suspend`, or its end, or its panic. Returns whether it has ended.
    fn step(&mut self) -> bool {
        if self.result.is_none()
            && let CoroutineState::Complete(result) = self.coroutine.resume(())
        {
            self.result = Some(result);
        }
        self.result.is_some()
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
