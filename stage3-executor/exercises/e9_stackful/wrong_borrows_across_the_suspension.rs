//! Caught by: a_pending_future_suspends_the_coroutine
//!
//! The waker is needed for the poll alone, so it is borrowed in the head of the `match`. That borrow lives to the end of
//! the `match`, and so across the suspension in its second arm: when the new waker is put in, `RefCell` panics.

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
        loop {
            match future
                .as_mut()
                .poll(&mut Context::from_waker(&self.waker.borrow()))
            {
                Poll::Ready(value) => return value,
                Poll::Pending => drop(self.waker.replace(self.suspender.suspend(()))),
            }
        }
    }
}

impl<T> Future for Stackful<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.coroutine.resume(cx.waker().clone()) {
            CoroutineState::Yielded(()) => Poll::Pending,
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }
}

#[cfg(test)]
mod check;
