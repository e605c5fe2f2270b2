//! Caught by: a_waker_may_come_back_at_once
//!
//! The `take` looks like the end of the borrow. The `RefMut` lives to the end of the function.

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
    waiter: Option<Waker>,
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
        if let Some(waiter) = state.waiter.take() {
            waiter.wake();
        }
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
        let old = match &state.waiter {
            Some(waiter) if waiter.will_wake(cx.waker()) => None,
            _ => state.waiter.replace(cx.waker().clone()),
        };
        // Dropped when nothing is borrowed any more: this, too, is somebody else's code.
        drop(state);
        drop(old);
        Poll::Pending
    }
}

#[cfg(test)]
mod check;
