//! Which task is being polled on this thread, and whether it has woken itself.
//!
//! A task that yields, or whose budget is used up, wakes itself in the midst of its own poll. Its runner is on the
//! same thread, further up the stack, so nobody else need be told: a note in a cell of the thread does, where a
//! wake from elsewhere costs a read-modify-write of the state word and another one at the end of the poll.

use std::cell::Cell;

use super::TaskId;

thread_local! {
    static POLLED: Cell<Polled> = const { Cell::new(Polled { task: None, woken: false }) };
}

#[derive(Clone, Copy)]
struct Polled {
    task: Option<TaskId>,
    woken: bool,
}

/// Runs `poll`, which must not unwind, as the poll of `task`; also returns whether the task woke itself in it.
#[inline]
pub(super) fn polling<R>(task: TaskId, poll: impl FnOnce() -> R) -> (R, bool) {
    let outer = POLLED.replace(Polled {
        task: Some(task),
        woken: false,
    });
    let result = poll();
    let polled = POLLED.replace(outer);
    (result, polled.woken)
}

/// Whether `task` is being polled on this thread. If so, its runner will find that it was woken.
#[inline]
pub(super) fn wakes_itself(task: TaskId) -> bool {
    let task = Some(task);
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

/// The number of the task that calls this.
///
/// # Panics
///
/// Outside a task: see [`try_id`].
#[track_caller]
pub fn id() -> TaskId {
    try_id().expect("task::id() was called outside a task: the future of block_on is none")
}

/// The number of the task that calls this. `None` outside a task: the future of `block_on` is none.
///
/// # Examples
///
/// ```
/// use stage4_waker::{LocalExecutor, task};
///
/// let executor = LocalExecutor::new()?;
/// let handle = executor.spawn(async { task::try_id() });
/// let number = handle.id();
/// assert_eq!(executor.block_on(handle).unwrap(), Some(number));
/// assert_eq!(task::try_id(), None);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn try_id() -> Option<TaskId> {
    POLLED.try_with(|polled| polled.get().task).ok().flatten()
}
