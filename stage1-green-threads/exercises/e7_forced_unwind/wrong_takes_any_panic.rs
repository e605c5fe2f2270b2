//! Caught by: a_panic_of_its_own_is_told_apart
//!
//! It was told to unwind, and it has unwound: an `Err` must be that. Unless something went wrong on the way, and then a real
//! panic is passed over in silence.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// How often a task is told to stop.
const ATTEMPTS: usize = 3;

/// What each turn begins with.
enum Order {
    Go,
    Stop,
}

/// The payload of the unwinding that ends a task.
struct Stopped;

/// The way to end a turn.
struct Pause<'a> {
    suspender: &'a Suspender<Order, ()>,
}

impl Pause<'_> {
    /// Ends the turn. Goes on in the next one, or unwinds if that is the order.
    fn pause(&self) {
        if let Order::Stop = self.suspender.suspend(()) {
            resume_unwind(Box::new(Stopped));
        }
    }
}

/// What became of a task that was told to stop.
#[allow(dead_code, reason = "it never comes to that")]
enum End<R> {
    Unwound,
    Returned(R),
    Panicked(Box<dyn Any + Send>),
    Refused,
}

/// A function that can be ended in its middle.
struct Task<R> {
    coroutine: Coroutine<Order, (), thread::Result<R>>,
}

impl<R: 'static> Task<R> {
    /// A task that will run `f`.
    fn new(f: impl FnOnce(&Pause<'_>) -> R + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, order| {
            catch_unwind(AssertUnwindSafe(|| match order {
                Order::Go => f(&Pause { suspender }),
                Order::Stop => resume_unwind(Box::new(Stopped)),
            }))
        })?;
        Ok(Task { coroutine })
    }

    /// Gives the task a turn, in which it must not end.
    fn step(&mut self) {
        let state = self.coroutine.resume(Order::Go);
        assert!(
            matches!(state, CoroutineState::Yielded(())),
            "a task that is to be stopped must not end by itself"
        );
    }

    /// Ends the task, which has not ended yet.
    fn stop(mut self) -> End<R> {
        for _ in 0..ATTEMPTS {
            if let CoroutineState::Complete(result) = self.coroutine.resume(Order::Stop) {
                return match result {
                    Ok(value) => End::Returned(value),
                    Err(_) => End::Unwound,
                };
            }
        }
        End::Refused
    }
}

#[cfg(test)]
mod check;
