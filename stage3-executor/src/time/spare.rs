//! The timer that a dropped sleep leaves to the next one of the same poll.
//!
//! ```text
//!     one poll of a task:   a reply is here ──► its time limit is dropped ─┐
//!                           the next request is sent                       │ the timer
//!                           no reply yet ─────► its time limit is polled ◄─┘
//! ```
//!
//! Whoever gives each operation a time limit cancels one timer and sets another, in one poll and for the same waker. To *move*
//! the first one is less work: the lock of the reactor's timers is taken once in place of twice, and no waker or handle is
//! cloned or dropped: two atomic read-modify-writes in place of eight. So the timer of a sleep that a poll drops stays set for
//! the rest of this poll. If nobody has taken it by then, it is cancelled. Outside of a poll it is cancelled at once.
//!
//! While it is left here it may fire, which polls the task once more than needed; every waiter must bear that.

use std::cell::Cell;

use stage2_reactor::Timer;

use super::Instant;
use crate::reactor::TaskWaker;
use crate::{budget, context};

thread_local! {
    static SPARE: Cell<Option<Timer<TaskWaker>>> = const { Cell::new(None) };
    /// Whether there is one. Each poll asks this, and a cell without a destructor answers sooner.
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// A timer of this thread's current reactor: the spare one, still set for another deadline, or a new one.
pub(super) fn take_or_make(deadline: Instant) -> Timer<TaskWaker> {
    if let Some(timer) = take()
        && context::is_current(timer.handle())
    {
        return timer;
    }
    let handle = context::current().unwrap_or_else(|error| panic!("{error}"));
    handle.timer(deadline)
}

/// Cancels a timer, at the end of this poll at the latest.
pub(super) fn leave(timer: Timer<TaskWaker>) {
    if budget::is_limited() && !timer.is_elapsed() && !LEFT.get() {
        // A thread that is ending may have lost its cell already; then the timer is dropped here.
        LEFT.set(SPARE.try_with(|spare| spare.set(Some(timer))).is_ok());
    }
}

/// To be called at the end of each poll.
#[inline]
pub(crate) fn cancel() {
    if LEFT.get() {
        drop(take());
    }
}

fn take() -> Option<Timer<TaskWaker>> {
    match LEFT.take() {
        true => SPARE.try_with(Cell::take).ok().flatten(),
        false => None,
    }
}
