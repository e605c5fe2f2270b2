//! Caught by: it_runs_only_as_far_as_it_is_asked
//!
//! To know whether there is an end before it is asked for, this one is always one value ahead. The values are right; but the
//! function runs before anybody has asked, and an effect of it (a line printed, a request sent) comes one call too early.

use std::io;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// The values that a function yields, as an iterator.
struct Generator<T> {
    coroutine: Coroutine<(), T, ()>,
    ahead: Option<T>,
}

/// What the function yields its values with.
struct Yielder<'a, T> {
    suspender: &'a Suspender<(), T>,
}

impl<T> Yielder<'_, T> {
    /// Gives `value` to whoever has called `next`, and goes on when `next` is called again.
    fn yield_(&self, value: T) {
        self.suspender.suspend(value);
    }
}

impl<T: 'static> Generator<T> {
    /// A generator of what `function` yields.
    fn new(function: impl FnOnce(&Yielder<'_, T>) + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, ()| function(&Yielder { suspender }))?;
        let mut generator = Generator {
            coroutine,
            ahead: None,
        };
        generator.look_ahead();
        Ok(generator)
    }
}

impl<T> Generator<T> {
    fn look_ahead(&mut self) {
        if self.coroutine.is_complete() {
            return;
        }
        self.ahead = match self.coroutine.resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(()) => None,
        };
    }
}

impl<T> Iterator for Generator<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let value = self.ahead.take();
        self.look_ahead();
        value
    }
}

#[cfg(test)]
mod check;
