//! From the events of a run to the life of each task, which the drawings show.
//!
//! ```text
//!            spawn                resume            suspend
//!   (nothing) ──▶ runnable ───────────▶ running ───────────▶ waiting ◀─┐ nobody woke it
//!                    ▲                    │ complete            │      │
//!                    │ it was woken,      ▼                     │ wake │
//!                    │ or yielded       ended                   │      │
//!                    └──────────────────────────────────────────┘
//! ```

mod numbers;

mod reader;

mod thread;

use std::collections::{BTreeMap, BTreeSet};

use super::happening::{Happening, Place, Word};
use super::recorder::Recording;

/// Everything that the drawings need. Times are nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// In the order in which they were spawned.
    pub(crate) tasks: Vec<Task>,
    /// Asleep in the OS, by worker: from, to.
    pub(crate) sleeps: BTreeMap<u32, Vec<(u64, u64)>>,
    pub(crate) wakes: Vec<Wake>,
    /// In the order in which they were set.
    pub(crate) timers: Vec<Timer>,
    /// What else happened at one moment, and on which worker.
    pub(crate) moments: Vec<(u64, u32, Happening)>,
    /// When the last event happened.
    pub(crate) end: u64,
    pub(crate) merged: u64,
    pub(crate) lost: u64,
}

/// The life of one task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: u64,
    /// Empty if it has none.
    pub(crate) name: Word,
    pub(crate) spawned: u64,
    /// Where, and by which task; `None`: outside of all tasks.
    pub(crate) place: Place,
    pub(crate) spawned_by: Option<u64>,
    /// One after the other, without gaps.
    pub(crate) spans: Vec<Span>,
    /// When it ended, and how.
    pub(crate) ended: Option<(u64, Word)>,
    /// The longest series of polls that nothing had asked for, and in which nothing happened.
    pub(crate) in_vain: Series,
}

/// Polls in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) from: u64,
    pub(crate) polls: u64,
}

/// A timer that was set, and again for each time that it was set anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timer {
    pub(crate) timer: u64,
    pub(crate) set: u64,
    /// The task that set it.
    pub(crate) task: Option<u64>,
    pub(crate) fired: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) state: State,
}

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It could run, and waits for its turn.
    Runnable,
    /// It runs on a worker. Merged polls are one span, in which it ran for `busy` nanoseconds.
    Running { worker: u32, polls: u32, busy: u64 },
    /// Nobody need poll it until what it waits for has happened.
    Waiting(On),
}

/// What a task waits for, as far as the events say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Unknown,
    Source(u64, Word),
    Timer(u64),
    /// The end of another task: seen when that woke it.
    End(u64),
}

/// Why a task was woken, or first made runnable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Spawned,
    Source(u64, Word),
    Timer(u64),
    Task(u64),
    /// A task that has just ended.
    End(u64),
    Outside,
}

/// A wake, and the poll that it led to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wake {
    pub(crate) at: u64,
    pub(crate) task: u64,
    pub(crate) cause: Cause,
    /// When the cause was there: at the wake, or shortly before.
    pub(crate) since: u64,
    /// The worker that woke; `None`: a thread that runs no tasks.
    pub(crate) by: Option<u32>,
    /// The task had been woken already, and adds nothing to that.
    pub(crate) coalesced: bool,
    /// When, and on which worker, the task was polled then; `None`: another wake led to that poll, or there was none.
    pub(crate) led_to: Option<(u64, u32)>,
}

impl History {
    pub(crate) fn of(recording: &Recording) -> Self {
        History {
            merged: recording.merged,
            lost: recording.lost,
            ..reader::read(&recording.records)
        }
    }

    /// The workers that ran tasks or slept, in order.
    pub(crate) fn workers(&self) -> Vec<u32> {
        let spans = self.tasks.iter().flat_map(|task| &task.spans);
        let running = spans.filter_map(|span| match span.state {
            State::Running { worker, .. } => Some(worker),
            _ => None,
        });
        let all: BTreeSet<u32> = running.chain(self.sleeps.keys().copied()).collect();
        all.into_iter().collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Instant;

    use super::super::recorder::Recorder;
    use super::*;

    fn spawned(task: u64) -> Happening {
        Happening::Spawn {
            task,
            name: Word(""),
            place: Place::default(),
        }
    }

    const READABLE: Word = Word("readable");

    pub(in super::super) fn history(happenings: &[Happening]) -> History {
        let mut recorder = Recorder::new(Instant::now());
        for what in happenings {
            recorder.record(0, *what);
        }
        History::of(&recorder.finish())
    }

    fn states(task: &Task) -> Vec<State> {
        let states = task.spans.iter().map(|span| match span.state {
            State::Running { worker, polls, .. } => State::Running {
                worker,
                polls,
                busy: 0,
            },
            state => state,
        });
        states.collect()
    }

    const RUNNING: State = State::Running {
        worker: 0,
        polls: 1,
        busy: 0,
    };

    #[test]
    fn a_task_that_waits_for_a_socket_runs_twice_and_knows_why() {
        let history = history(&[
            spawned(1),
            Happening::Resume { task: 1, worker: 0 },
            Happening::Wait {
                source: 5,
                direction: READABLE,
            },
            Happening::Suspend { task: 1 },
            Happening::Park { worker: 0 },
            Happening::Unpark { worker: 0 },
            Happening::Ready {
                source: 5,
                direction: READABLE,
            },
            Happening::Wake { task: 1 },
            Happening::Wake { task: 1 },
            Happening::Resume { task: 1, worker: 0 },
            Happening::Complete {
                task: 1,
                outcome: Word("ok"),
            },
        ]);
        let waiting = State::Waiting(On::Source(1, READABLE));
        let expected = [State::Runnable, RUNNING, waiting, State::Runnable, RUNNING];
        assert_eq!(states(&history.tasks[0]), expected);
        assert_eq!(history.sleeps[&0].len(), 1);
        let causes: Vec<_> = history.wakes.iter().map(|wake| wake.cause).collect();
        let socket = Cause::Source(1, READABLE);
        assert_eq!(causes, [Cause::Spawned, socket, socket]);
        let led: Vec<_> = history.wakes.iter().map(|w| w.led_to.is_some()).collect();
        assert_eq!(led, [true, true, false]);
        let coalesced: Vec<_> = history.wakes.iter().map(|wake| wake.coalesced).collect();
        assert_eq!(coalesced, [false, false, true]);
    }

    #[test]
    fn a_task_that_yields_is_runnable_and_not_waiting() {
        let history = history(&[
            spawned(1),
            Happening::Resume { task: 1, worker: 0 },
            Happening::Enqueue {
                task: 1,
                queue: Word("local"),
            },
            Happening::Suspend { task: 1 },
            Happening::Resume { task: 1, worker: 0 },
        ]);
        let expected = [State::Runnable, RUNNING, State::Runnable, RUNNING];
        assert_eq!(states(&history.tasks[0]), expected);
    }

    #[test]
    fn spans_have_no_gaps_even_where_polls_were_merged() {
        let poll = [
            Happening::Resume { task: 1, worker: 0 },
            Happening::Suspend { task: 1 },
        ];
        let mut happenings = vec![spawned(1)];
        happenings.extend((0..5000).flat_map(|_| poll));
        let history = history(&happenings);
        assert!(history.merged > 0);
        let spans = &history.tasks[0].spans;
        assert!(spans.windows(2).all(|pair| pair[0].to == pair[1].from));
        let polls = spans.iter().map(|span| match span.state {
            State::Running { polls, .. } => polls,
            _ => 0,
        });
        assert_eq!(polls.sum::<u32>(), 5000);
    }
}
