//! Caught by: the_payload_arrives_as_it_was
//!
//! A `Result` is unwrapped, as one does. But `unwrap` raises a panic of its own, whose text says that there was an `Err`: what was
//! in it is gone, and so is whatever the receiver wanted to find out from the payload. (`join().unwrap()` on an OS thread does this, too.)

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
        let coroutine =
            Coroutine::new(move |suspender, ()| catch_unwind(AssertUnwindSafe(|| f(suspender))))?;
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
        let result = self.result.expect("`finish` is for a task that has ended");
        result.unwrap()
    }
}

#[cfg(test)]
mod check;
