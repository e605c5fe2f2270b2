//! Ways for tasks to talk to each other: a value once, or many values in order.
//!
//! * [`oneshot`]: one value from one task to another;
//! * [`mpsc`]: many values from any number of senders to one receiver, in order, with back-pressure if
//!   bounded.
//!
//! What is here has the names and the meaning of tokio's. Two rules make a channel safe to reason about:
//!
//! * **Look and leave a waker in one step.** A receiver that finds nothing leaves its waker in the same step; so a sender either came
//!   before, and its value was found, or comes after, and finds the waker. No value is lost between the two. In `mpsc` that
//!   step is a critical section: what both sides write is behind one `Mutex`, held for a few instructions and never across an
//!   await. In `oneshot`, where little can happen, it is an exchange of one word.
//! * **No foreign code in it.** Wakers are called and values dropped after the lock is released, since both may
//!   come back to the same channel.
//!
//! Every operation that may wait takes one from the budget of the poll when it completes
//! ([`stage3_executor::budget`]), so that a task whose channel is never empty lets its siblings run.

pub mod mpsc;
pub mod oneshot;

mod waiters;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// Locks, also after a panic: no critical section here calls foreign code, so none leaves things half done.
/// (The exception is a `Waker::clone` that panics; it is called before anything is changed.)
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the current waker into a cell; returns one that it replaced, to be dropped outside the lock.
fn leave(cell: &mut Option<Waker>, cx: &Context<'_>) -> Option<Waker> {
    match cell {
        Some(waker) if waker.will_wake(cx.waker()) => None,
        _ => cell.replace(cx.waker().clone()),
    }
}
