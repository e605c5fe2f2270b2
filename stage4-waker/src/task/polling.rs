//! Which task is being polled on this thread, and whether it has woken itself.
//!
//! A task that yields, or whose budget is used up, wakes itself in the midst of its own poll. Its runner is on the
//! same thread, further up the stack, so nobody else need be told: a note in a cell of the thread does, where a
//! wake from elsewhere costs a read-modify-write of the state word and another one at the end of the poll.

use std::cell::Cell;

thread_local! {
    static POLLED: Cell<Polled> = const { Cell::new(Polled { task: std::ptr::null(), woken: false }) };
}

#[derive(Clone, Copy)]
struct Polled {
    /// The address of its allocation, or null. It is only compared.
    task: *const (),
    woken: bool,
}

/// Runs `poll`, which must not unwind, as the poll of `task`; also returns whether the task woke itself in it.
#[inline]
pub(super) fn polling<R>(task: *const (), poll: impl FnOnce() -> R) -> (R, bool) {
    let woken = false;
    let outer = POLLED.replace(Polled { task, woken });
    let result = poll();
    let polled = POLLED.replace(outer);
    (result, polled.woken)
}

/// Whether `task` is being polled on this thread. If so, its runner will find that it was woken.
#[inline]
pub(super) fn wakes_itself(task: *const ()) -> bool {
    // A thread that is ending polls nothing.
    let polled = POLLED.try_with(|polled| {
        let itself = polled.get().task == task;
        if itself {
            polled.set(Polled { task, woken: true });
        }
        itself
    });
    polled.unwrap_or(false)
}
