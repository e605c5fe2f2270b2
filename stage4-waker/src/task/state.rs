//! The state of a task in one word: who may touch its future, and who must act next.
//!
//! ```text
//!             (1) new
//!                │
//!                ▼    (3) start
//!  ┌─(2) wake► SCHEDULED ──────────► RUNNING ───(6) complete──► COMPLETE
//!  │             ▲                   │ │   ▲
//!  │             │          (2) wake │ │   │ (7) claim
//!  │     (5) end │                   │ │   └──────── IDLE, SCHEDULED
//!  │     = Again │                   ▼ │
//!  │             └─── RUNNING+SCHEDULED│  "woken while running"
//!  │                                   │
//! IDLE ◄────────────── (4) end = Idle ─┘          IDLE: none of the three bits
//! ```
//!
//! Beside these, three bits say what has been asked for: `CANCELLED` (somebody called abort), `HANDLE`
//! (the join handle is alive, the output is wanted), `JOIN_WAKER` (the join handle has left a waker).
//!
//! The rules that everything else rests on:
//!
//! * **The future belongs to whoever set `RUNNING`**, until that one clears it. `start` and `claim` set it
//!   and succeed for one caller only.
//! * **The task is in a run queue once** for each time that `SCHEDULED` was set on a task that was not
//!   running. The one who set it enqueues. On a running task nobody enqueues; the runner does, at `end`.
//! * **The output belongs to the join handle** from `complete` on, if `HANDLE` was set then; else to the
//!   completer. After `complete` nothing leads back: bits set later mean nothing.
//! * **The join waker's cell belongs to the join handle** while `JOIN_WAKER` is clear, and to the completer
//!   if it found it set.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::AtomicUsize;

#[cfg(all(test, stages_loom))]
mod model;

/// Somebody wants the task polled: it is in a run queue, or its runner will put it there.
const SCHEDULED: usize = 1;
/// Somebody is inside the future, polling or dropping it.
const RUNNING: usize = 1 << 1;
/// The future is gone and the output (or the error) is there, or has been taken.
const COMPLETE: usize = 1 << 2;
/// The next one to run the task must drop its future instead.
const CANCELLED: usize = 1 << 3;
/// The join handle exists, so the output is for it to take or to drop.
const HANDLE: usize = 1 << 4;
/// The join handle has left a waker in its cell and does not touch that cell until it clears this bit.
const JOIN_WAKER: usize = 1 << 5;

/// The state word of a task. Each transition is a method; its documentation names the race and who wins it.
pub struct State(AtomicUsize);

/// What [`State::start`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The future is the caller's: poll it.
    Poll,
    /// The future is the caller's: drop it, the task was aborted.
    Cancel,
    /// There is nothing to do: the entry in the run queue was overtaken by a shutdown.
    Skip,
}

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
    /// (1) A new task: its creator must enqueue it, and its join handle exists.
    pub fn new() -> Self {
        State(AtomicUsize::new(SCHEDULED | HANDLE))
    }

    /// (2) Asks for a poll. True if the caller must enqueue the task.
    ///
    /// Of any number of wakes between two polls, the first one enqueues and the rest coalesce with it. On a
    /// running task none does: its runner finds the bit at [`end`](Self::end). A complete task stays so.
    // region: wake
    pub fn wake(&self) -> bool {
        let others = if cfg!(stages_mutant = "wake_enqueues_a_running_task") {
            SCHEDULED | COMPLETE
        } else {
            SCHEDULED | RUNNING | COMPLETE
        };
        // Ordering: Release, also when the bit was set already: the poll that this wake asks for must see what
        // the waker's thread wrote before. All later writes to the word are read-modify-writes, so `start`
        // still reads from this release sequence.
        self.0.fetch_or(SCHEDULED, Release) & others == 0
    }
    // endregion: wake

    /// (2) Asks for the future to be dropped instead of polled. True if the caller must enqueue the task.
    ///
    /// It is a wake with a reason, so that the future is dropped by whoever would have polled it, on its
    /// thread. If the poll under way completes the task, the poll wins and the abort means nothing.
    pub fn abort(&self) -> bool {
        let bits = if cfg!(stages_mutant = "abort_does_not_wake") {
            CANCELLED
        } else {
            CANCELLED | SCHEDULED
        };
        // Ordering: Release, as in `wake`.
        self.0.fetch_or(bits, Release) & (SCHEDULED | RUNNING | COMPLETE) == 0
    }

    /// (3) Turns an entry taken from a run queue into the right to touch the future.
    ///
    /// The bit `SCHEDULED` is cleared *before* the poll: a wake that comes during it is then a new one.
    pub fn start(&self) -> Start {
        self.update(Acquire, |now| {
            if now & (SCHEDULED | RUNNING | COMPLETE) != SCHEDULED {
                return (Start::Skip, now);
            }
            let start = match now & CANCELLED {
                0 => Start::Poll,
                _ => Start::Cancel,
            };
            (start, now & !SCHEDULED | RUNNING)
        })
        // Ordering: Acquire sees what the last poll left in the future (released by its `end`) and what wakers
        // wrote before their wake.
    }

    /// (4, 5) The poll returned `Pending`: gives the future back, and tells who has come meanwhile.
    ///
    /// A wake races with this: if it sets its bit first, the runner sees it and enqueues; if it comes later, it
    /// finds the task idle and enqueues it itself. There is no moment at which neither does.
    // region: end
    pub fn end(&self) -> End {
        self.update(Release, |now| {
            if now & CANCELLED != 0 {
                return (End::Cancelled, now);
            }
            match now & SCHEDULED {
                0 => (End::Idle, now & !RUNNING),
                _ if cfg!(stages_mutant = "end_forgets_a_wake") => {
                    (End::Idle, now & !(RUNNING | SCHEDULED))
                }
                _ => (End::Again, now & !RUNNING),
            }
        })
        // Ordering: Release hands the future to the next `start` or `claim`, wherever it happens.
    }
    // endregion: end

    /// (6) The future is gone and the output stored: nobody runs the task again.
    ///
    /// The join handle races with this by leaving a waker or by being dropped. Whoever comes second finds the
    /// other's bit: see [`publish_join_waker`](Self::publish_join_waker) and [`drop_handle`](Self::drop_handle).
    pub fn complete(&self) -> Completed {
        // Ordering: Release publishes the output to the join handle; Acquire sees the waker in its cell.
        let before = self.0.fetch_xor(RUNNING | COMPLETE, AcqRel);
        debug_assert_eq!(before & (RUNNING | COMPLETE), RUNNING);
        Completed {
            drop_output: before & HANDLE == 0,
            wake_join: before & JOIN_WAKER != 0,
        }
    }

    /// (7) The scheduler shuts down and wants the future of a task that it owns, whether or not an entry for
    /// it is in some queue or on its way there. True if the future is now the caller's, to be dropped.
    ///
    /// An entry that arrives later is skipped by [`start`](Self::start). If somebody runs the task just now, that
    /// one finds `CANCELLED` at [`end`](Self::end) and drops the future.
    pub fn claim(&self) -> bool {
        self.update(Acquire, |now| {
            let owned = if cfg!(stages_mutant = "claim_takes_a_running_task") {
                COMPLETE
            } else {
                RUNNING | COMPLETE
            };
            match now & owned {
                0 => (true, now | RUNNING | CANCELLED),
                _ => (false, now | CANCELLED),
            }
        })
        // Ordering: as in `start`.
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
        // Ordering: Acquire sees the output if it is there.
        let before = self.0.fetch_and(!(HANDLE | JOIN_WAKER), Acquire);
        let complete = before & COMPLETE != 0;
        DroppedHandle {
            take_output: complete && !cfg!(stages_mutant = "nobody_drops_the_output"),
            take_waker: !complete,
        }
    }

    /// Compare-and-swap until it succeeds, and what the successful round decided.
    fn update<R>(
        &self,
        success: std::sync::atomic::Ordering,
        decide: impl Fn(usize) -> (R, usize),
    ) -> R {
        // Ordering: Relaxed, since a value is acted on only after the exchange has succeeded with it.
        let mut now = self.0.load(Relaxed);
        loop {
            let (result, next) = decide(now);
            match self.0.compare_exchange_weak(now, next, success, Relaxed) {
                Ok(_) => return result,
                Err(newer) => now = newer,
            }
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
            (SCHEDULED, "SCHEDULED"),
            (RUNNING, "RUNNING"),
            (COMPLETE, "COMPLETE"),
            (CANCELLED, "CANCELLED"),
            (HANDLE, "HANDLE"),
            (JOIN_WAKER, "JOIN_WAKER"),
        ];
        let set = names.iter().filter(|(bit, _)| now & bit != 0);
        f.debug_set().entries(set.map(|(_, name)| name)).finish()
    }
}
