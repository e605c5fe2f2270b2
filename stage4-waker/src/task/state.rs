//! The state of a task in one word: who may touch its future, and who must act next.
//!
//! ```text
//!      bits 4 …                       3            2         1           0
//!    ┌──────────────────────────┬────────────┬──────────┬───────────┬──────────┐
//!    │ wakes not yet answered   │ JOIN_WAKER │  HANDLE  │ CANCELLED │ COMPLETE │
//!    └──────────────────────────┴────────────┴──────────┴───────────┴──────────┘
//!
//!                    (2) wake: 0 + 1 = 1
//!             ┌────────────────────────────────┐
//!             │                                ▼
//!           IDLE                          SCHEDULED ◄──(1) new: 1
//!        no wakes                        in a run queue
//!             ▲                            ▲       │
//!             │              (5) end:      │       │ (3) start: takes note of n wakes
//!             │              n + m - n > 0 │       ▼
//!             └───────────────────────── RUNNING ──────────────► COMPLETE
//!               (4) end: n - n = 0       (2) wake: n + m          (6) complete
//! ```
//!
//! The upper bits count the wakes that no poll has answered yet. The one whose wake makes the count 1 puts the task into a run
//! queue; all later ones add to the count and need do nothing. Whoever takes the task out of the queue notes the
//! count, polls, and subtracts what was noted. If nothing is left, the task sleeps; if something is, it
//! was woken during the poll and goes back into the queue.
//!
//! The rules that everything else rests on:
//!
//! * **There is one entry for a task** as long as its count is not 0 and it is not complete, in a run queue or in the hands of its
//!   runner: a [`Runnable`](super::Runnable). **The future belongs to whoever holds it.** So nothing
//!   needs to be written when a poll begins.
//! * A task that completes keeps its count, so no wake finds it at 0 and enqueues it again.
//! * **The output belongs to the join handle** from `complete` on, if `HANDLE` was set then; else to the
//!   completer.
//! * **The join waker's cell belongs to the join handle** while `JOIN_WAKER` is clear, and to the completer
//!   if it found it set.
//!
//! To count the wakes instead of flagging them saves a read-modify-write for each poll; nexosim's executor does so
//! (its `executor/task/runnable.rs`), and this follows it.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::AtomicUsize;

#[cfg(all(test, stages_loom))]
mod model;

/// The future is gone and the output (or the error) is there, or has been taken.
const COMPLETE: usize = 1;
/// The next one to run the task must drop its future instead.
const CANCELLED: usize = 1 << 1;
/// The join handle exists, so the output is for it to take or to drop.
const HANDLE: usize = 1 << 2;
/// The join handle has left a waker in its cell and does not touch that cell until it clears this bit.
const JOIN_WAKER: usize = 1 << 3;
/// One wake. Of 64 bits the count has 60: a wake each nanosecond fills them in 36 years.
const WAKE: usize = 1 << 4;

/// The state word of a task. Each transition is a method; its documentation names the race and who wins it.
pub struct State(AtomicUsize);

/// What [`State::start`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Poll the future, then call [`State::end`] with this.
    Poll(Wakes),
    /// Drop the future: the task was aborted.
    Cancel,
}

/// The wakes that a poll answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wakes(usize);

/// What [`State::end`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nobody wants the task now. Whoever wakes it will enqueue it.
    Idle,
    /// It was woken while it ran: the caller must enqueue it.
    Again,
    /// It was aborted while it ran. The future is still the caller's, to be dropped.
    Cancelled,
}

/// What [`State::complete`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completed {
    /// Nobody will come for the output: the caller drops it.
    pub drop_output: bool,
    /// The join handle waits: the caller takes the waker out of its cell and wakes it.
    pub wake_join: bool,
}

impl State {
    /// (1) A new task: its creator holds its entry, and its join handle exists.
    pub fn new() -> Self {
        State(AtomicUsize::new(WAKE | HANDLE))
    }

    /// (2) Asks for a poll. True if the caller must enqueue the task.
    ///
    /// Of any number of wakes between two polls, the first one enqueues and the rest coalesce with it. On a
    /// running task none does: its runner finds the count too high at [`end`](Self::end).
    // region: wake
    #[inline]
    pub fn wake(&self) -> bool {
        // Ordering: Release, also if there were wakes before: the poll that answers this one must see what the waker's thread
        // wrote before. All writes to the word are read-modify-writes, so whoever reads a later value
        // with Acquire still synchronizes with this one. Acquire for the one who gets the entry out of `IDLE`: it may
        // be run on this thread, and must see what the last poll left in the future.
        let before = self.0.fetch_add(WAKE, AcqRel);
        if cfg!(stages_mutant = "every_wake_enqueues") {
            return before & COMPLETE == 0;
        }
        before < WAKE
    }
    // endregion: wake

    /// (2) Asks for the future to be dropped instead of polled. True if the caller must enqueue the task, or may drop
    /// the future itself if it is on the right thread.
    ///
    /// It is a wake with a reason, so that the future is dropped by whoever would have polled it, on its
    /// thread. If the poll under way completes the task, the poll wins and the abort means nothing.
    pub fn abort(&self) -> bool {
        // Ordering: Relaxed, since the wake publishes it.
        self.0.fetch_or(CANCELLED, Relaxed);
        if cfg!(stages_mutant = "abort_does_not_wake") {
            return false;
        }
        self.wake() || cfg!(stages_mutant = "abort_claims_a_running_task")
    }

    /// (3) The holder of the entry is about to touch the future.
    #[inline]
    pub fn start(&self) -> Start {
        // Ordering: Acquire sees what the wakers wrote before the wakes that are counted here. What the last poll left in
        // the future came with the entry.
        let now = self.0.load(Acquire);
        match now & CANCELLED {
            0 => Start::Poll(Wakes(now & !(WAKE - 1))),
            _ => Start::Cancel,
        }
    }

    /// (4, 5) The poll returned `Pending`: it has answered these wakes.
    ///
    /// A wake races with this: if it adds first, the runner finds something left and enqueues; if it comes later, it
    /// finds the task idle and enqueues it itself. There is no moment at which neither does.
    // region: end
    #[inline]
    pub fn end(&self, Wakes(answered): Wakes) -> End {
        if cfg!(stages_mutant = "end_forgets_a_wake") {
            self.0.fetch_and(WAKE - 1, AcqRel);
            return End::Idle;
        }
        // Ordering: Release hands the future to whoever gets the next entry.
        let before = self.0.fetch_sub(answered, Release);
        match before - answered {
            // An abort that is not counted yet will enqueue the task.
            left if left < WAKE => End::Idle,
            left if left & CANCELLED != 0 => End::Cancelled,
            _ => End::Again,
        }
    }
    // endregion: end

    /// (6) The future is gone and the output stored: nobody runs the task again.
    ///
    /// The join handle races with this by leaving a waker or by being dropped. Whoever comes second finds the
    /// other's bit: see [`publish_join_waker`](Self::publish_join_waker) and [`drop_handle`](Self::drop_handle).
    pub fn complete(&self) -> Completed {
        // Ordering: Release publishes the output to the join handle; Acquire sees the waker in its cell.
        let before = self.0.fetch_or(COMPLETE, AcqRel);
        debug_assert!(before >= WAKE && before & COMPLETE == 0);
        Completed {
            drop_output: before & HANDLE == 0,
            wake_join: before & JOIN_WAKER != 0,
        }
    }

    /// Whether the output is there, or has been: a join handle that sees this may take it.
    pub fn is_complete(&self) -> bool {
        // Ordering: Acquire pairs with `complete`, whose writer stored the output.
        self.0.load(Acquire) & COMPLETE != 0
    }

    /// The join handle has put a waker into its cell and hands the cell over. False if the task has completed:
    /// then nobody will wake it, the cell is still the handle's, and the output is there.
    pub fn publish_join_waker(&self) -> bool {
        // Ordering: Release hands over the cell; Acquire sees the output if it is there.
        let complete = self.0.fetch_or(JOIN_WAKER, AcqRel) & COMPLETE != 0;
        !complete || cfg!(stages_mutant = "publish_ignores_completion")
    }

    /// The join handle wants its cell back, to put in a newer waker. False if the completer has got it: then
    /// the handle must leave the cell alone, and the output is there. True also if it never was published.
    pub fn withdraw_join_waker(&self) -> bool {
        // Ordering: only the handle sets this bit, and it knows its own writes.
        if self.0.load(Relaxed) & JOIN_WAKER == 0 {
            return true;
        }
        // Ordering: Acquire sees the output if it is there.
        self.0.fetch_and(!JOIN_WAKER, Acquire) & COMPLETE == 0
    }

    /// The join handle goes. If the task is complete by then it takes the output with it; else the completer,
    /// who finds `HANDLE` clear, drops the output when there is one.
    pub fn drop_handle(&self) -> DroppedHandle {
        // The usual case, a handle that has given its output, costs no read-modify-write.
        if self.is_complete() && !cfg!(stages_mutant = "nobody_drops_the_output") {
            return DroppedHandle {
                take_output: true,
                take_waker: false,
            };
        }
        // Ordering: Acquire sees the output if it is there.
        let before = self.0.fetch_and(!(HANDLE | JOIN_WAKER), Acquire);
        let complete = before & COMPLETE != 0;
        DroppedHandle {
            take_output: complete && !cfg!(stages_mutant = "nobody_drops_the_output"),
            take_waker: !complete,
        }
    }
}

/// What [`State::drop_handle`] leaves the join handle to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DroppedHandle {
    /// The task is complete: the output, if not taken before, goes with the handle.
    pub take_output: bool,
    /// The task is not: the waker in the cell, if any, goes with the handle.
    pub take_waker: bool,
}

impl Default for State {
    fn default() -> Self {
        State::new()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.0.load(Relaxed);
        let names = [
            (COMPLETE, "COMPLETE"),
            (CANCELLED, "CANCELLED"),
            (HANDLE, "HANDLE"),
            (JOIN_WAKER, "JOIN_WAKER"),
        ];
        let set = names.iter().filter(|(bit, _)| now & bit != 0);
        write!(f, "{} wakes ", now / WAKE)?;
        f.debug_set().entries(set.map(|(_, name)| name)).finish()
    }
}
