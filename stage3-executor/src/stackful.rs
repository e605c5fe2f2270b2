//! A coroutine as a future: code that looks as if it blocked, awaiting futures.
//!
//! `resume`, which returns `Yielded` or `Complete`, and `poll`, which returns `Pending` or `Ready`,
//! are the same idea; so each can be made of the other. Here a poll resumes a coroutine of stage 1:
//!
//! ```text
//!     executor          Stackful                 the coroutine's own stack
//!        |  poll(cx)       |                        |
//!        |---------------->|  resume(waker)         |
//!        |                 |----------------------->|  awaiter.wait(future):
//!        |                 |                        |     future.poll(waker) -> Pending
//!        |                 |   Yielded(())          |     suspend(())
//!        |    Pending      |<-----------------------|
//!        |<----------------|                        |     ... later, resumed with a waker ...
//!        |                 |                        |     future.poll(waker) -> Ready(value)
//!        |                 |   Complete(result)     |
//!        |  Ready(result)  |<-----------------------|
//! ```
//!
//! What the compiler does for an `async fn`, to keep alive what is needed across an `.await`, the
//! stack does here: all of it, in place, at the price of a stack. In return `wait` may be called
//! from any depth, from plain functions that are not `async` (no "coloured" functions).
//!
//! A coroutine stays on the thread that made it, so a `Stackful` is not `Send`.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

/// A coroutine that awaits futures, as a future.
///
/// Dropping it before it is done unwinds the coroutine's stack: destructors on it run, and so does
/// the destructor of the future that it was waiting for.
///
/// # Examples
///
/// ```
/// use stage3_executor::{Awaiter, Executor, Stackful, time::sleep};
/// use std::time::Duration;
///
/// // Not an `async fn`, and still it waits without blocking the thread.
/// fn sleep_then_double(awaiter: &Awaiter, n: u32) -> u32 {
///     awaiter.wait(sleep(Duration::from_millis(1)));
///     n * 2
/// }
///
/// let doubled = Stackful::new(|awaiter| sleep_then_double(awaiter, 21))?;
/// assert_eq!(Executor::new()?.block_on(doubled), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Stackful<T> {
    coroutine: Coroutine<Waker, (), T>,
}

impl<T: 'static> Stackful<T> {
    /// Makes a future of `body`, on a stack of the default size. `body` starts at the first poll.
    ///
    /// # Errors
    ///
    /// If there is no memory for the stack.
    pub fn new(body: impl FnOnce(&Awaiter<'_>) -> T + 'static) -> io::Result<Self> {
        let coroutine = Coroutine::new(move |suspender, waker| {
            body(&Awaiter {
                suspender,
                waker: RefCell::new(waker),
            })
        })?;
        Ok(Stackful { coroutine })
    }
}

impl<T> Future for Stackful<T> {
    type Output = T;

    /// # Panics
    ///
    /// A panic of the body comes out of the poll. Polling again after that, or after `Ready`, panics.
    // region: poll
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.coroutine.resume(cx.waker().clone()) {
            CoroutineState::Yielded(()) => Poll::Pending,
            CoroutineState::Complete(result) => Poll::Ready(result),
        }
    }
    // endregion: poll
}

impl<T> fmt::Debug for Stackful<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stackful").finish_non_exhaustive()
    }
}

/// What the body of a [`Stackful`] awaits with.
pub struct Awaiter<'coroutine> {
    suspender: &'coroutine Suspender<Waker, ()>,
    /// Whom to wake: came with the latest resume.
    waker: RefCell<Waker>,
}

impl Awaiter<'_> {
    /// Waits until `future` is done; returns its result. The thread runs others meanwhile.
    ///
    /// The future lives on the coroutine's stack, so it may borrow from the caller's variables.
    pub fn wait<F: IntoFuture>(&self, future: F) -> F::Output {
        let mut future = pin!(future.into_future());
        loop {
            // A clone, not a borrow: the future may itself call `wait` (on this stack, why not).
            let waker = self.waker.borrow().clone();
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(value) => return value,
                Poll::Pending => drop(self.waker.replace(self.suspender.suspend(()))),
            }
        }
    }
}

impl fmt::Debug for Awaiter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Awaiter").finish_non_exhaustive()
    }
}
