//! Caught by: after_the_end_it_stays_at_its_end
//!
//! Each state has its answer, and every `for` loop works: it asks no more after the first `None`. Other users of an iterator do, and
//! a complete coroutine panics when it is resumed.

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
        match self.coroutine.resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(()) => None,
        }
    }
}

#[cfg(test)]
mod check;
