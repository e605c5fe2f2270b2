//! Exercise 3.9: plain code that awaits. The task is in README.md.
#![allow(unused, reason = "until `wait` and `poll` are written")]

use std::cell::RefCell;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// A coroutine as a future. With each resume it is given the waker of the poll.
struct Stackful<T> {
    coroutine: Coroutine<Waker, (), T>,
}

impl<T: 'static> Stackful<T> {
    /// `body` starts at the first poll.
    fn new(body: impl FnOnce(&Awaiter<'_>) -> T + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, waker| {
            let waker = RefCell::new(waker);
            body(&Awaiter { suspender, waker })
        })?;
        Ok(Stackful { coroutine })
    }
}

/// What `body` awaits with.
struct Awaiter<'coroutine> {
    suspender: &'coroutine Suspender<Waker, ()>,
    /// The waker that came with the resume.
    waker: RefCell<Waker>,
}

impl Awaiter<'_> {
    /// Waits until `future` is ready, and gives its value. Whoever polls the `Stackful` is not held up.
    fn wait<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        todo!("poll `future` with `self.waker`; when to suspend, and what does that give?")
    }
}

impl<T> Future for Stackful<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        todo!("resume the coroutine, and turn what comes back into an answer")
    }
}

#[cfg(test)]
mod check;
