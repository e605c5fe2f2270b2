//! Caught by: a_task_that_aborts_itself_ends
//!
//! The waker is left in a block that also polls, and `shared` stays borrowed to the end of that block. As long as the
//! future minds its own business, nobody notices. A future that calls `abort` borrows `shared` within that poll, and panics.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Why there is no output.
#[derive(Debug)]
enum Failure {
    /// It panicked; this is the payload.
    Panicked(Box<dyn Any + Send>),
    /// It was aborted, or its executor dropped it unfinished.
    Aborted,
}

/// Makes a task of a future, to be polled by any executor, and the handle that waits for what comes of it.
fn task<F: Future>(future: F) -> (Task<F>, JoinHandle<F::Output>) {
    let shared = Rc::new(RefCell::new(Shared {
        result: None,
        abort_asked: false,
        task: None,
        handle: None,
    }));
    let task = Task {
        future: Some(Box::pin(future)),
        shared: shared.clone(),
    };
    (task, JoinHandle { shared })
}

/// What a task and its handle share.
struct Shared<T> {
    /// What came of the task, once it is over.
    result: Option<Result<T, Failure>>,
    abort_asked: bool,
    /// The waker of whoever polls the task.
    task: Option<Waker>,
    /// The waker of whoever polls the handle.
    handle: Option<Waker>,
}

/// The task: it is ready when it is over, however it ended.
struct Task<F: Future> {
    /// `None` once it is over.
    future: Option<Pin<Box<F>>>,
    shared: Rc<RefCell<Shared<F::Output>>>,
}

impl<F: Future> Future for Task<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.future.is_some() && this.is_aborted() {
            this.end(Err(Failure::Aborted));
        }
        // `None`: it is over.
        let Some(future) = &mut this.future else {
            return Poll::Ready(());
        };
        let result = {
            let mut shared = this.shared.borrow_mut();
            shared.task = Some(cx.waker().clone());
            match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(output)) => Ok(output),
                Err(payload) => Err(Failure::Panicked(payload)),
            }
        };
        this.end(result);
        Poll::Ready(())
    }
}

impl<F: Future> Task<F> {
    fn is_aborted(&self) -> bool {
        self.shared.borrow().abort_asked
    }

    /// The task is over: its future goes, then its handle is told.
    fn end(&mut self, result: Result<F::Output, Failure>) {
        self.future = None;
        let handle = {
            let mut shared = self.shared.borrow_mut();
            shared.result = Some(result);
            shared.handle.take()
        };
        handle.into_iter().for_each(Waker::wake);
    }
}

impl<F: Future> Drop for Task<F> {
    fn drop(&mut self) {
        if self.future.is_some() {
            self.end(Err(Failure::Aborted));
        }
    }
}

/// Waits for what comes of the task.
struct JoinHandle<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

impl<T> JoinHandle<T> {
    /// Asks for the task's future to be dropped. The handle answers when that has been done.
    fn abort(&self) {
        let task = {
            let mut shared = self.shared.borrow_mut();
            shared.abort_asked = true;
            shared.task.take()
        };
        task.into_iter().for_each(Waker::wake);
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = self.shared.borrow_mut();
        if let Some(result) = shared.result.take() {
            return Poll::Ready(result);
        }
        let old = shared.handle.replace(cx.waker().clone());
        drop(shared);
        drop(old);
        Poll::Pending
    }
}

#[cfg(test)]
mod check;
