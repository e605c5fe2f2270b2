//! Caught by: a_hundred_tasks_later_one_waker_is_kept
//!
//! "If the latest is right and the first was right once, wake them all." Nobody sleeps for ever, and
//! nobody is ever let go: a future that moves makes the list grow.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Closed until somebody opens it. A clone is the same gate.
#[derive(Clone, Default)]
struct Gate(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    open: bool,
    /// Left by the future that waits.
    waiter: Vec<Waker>,
}

impl Gate {
    /// A closed gate.
    fn new() -> Self {
        Gate::default()
    }

    /// Opens the gate, and wakes who waits at it.
    fn open(&self) {
        let mut state = self.0.borrow_mut();
        state.open = true;
        let waiters = std::mem::take(&mut state.waiter);
        // A waker is somebody else's code. It may come back to this gate at once.
        drop(state);
        waiters.into_iter().for_each(Waker::wake);
    }

    /// A future that is ready when the gate is open. At most one waits at a time.
    fn pass(&self) -> Pass {
        Pass(self.clone())
    }
}

/// Waits at a gate.
struct Pass(Gate);

impl Future for Pass {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.0.borrow_mut();
        if state.open {
            return Poll::Ready(());
        }
        match state.waiter.last() {
            Some(waiter) if waiter.will_wake(cx.waker()) => {}
            _ => state.waiter.push(cx.waker().clone()),
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod check;
