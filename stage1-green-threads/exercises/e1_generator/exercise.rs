//! Exercise 1.1: an iterator whose place is a stack. The task is in README.md.
#![allow(unused, reason = "until `next` is written")]

use std::io;

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// The values that a function yields, as an iterator.
struct Generator<T> {
    coroutine: Coroutine<(), T, ()>,
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
        Ok(Generator { coroutine })
    }
}

impl<T> Iterator for Generator<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        todo!("resume the coroutine, and turn what comes back into the next value, or the end")
    }
}

#[cfg(test)]
mod check;
