//! Keeps the events of a run, in bounded memory.
//!
//! Stage 1 asks millions of times in a second. So that its picture stays true without keeping each
//! question, the polls of a task in which nothing happened but the poll itself are kept one by one
//! at first, and merged later:
//!
//! ```text
//!   happened   poll  poll  poll  …  poll  poll  poll  poll  poll  poll   complete
//!   kept       poll  poll  poll  …  [ spin: 4 polls   ]  [ spin: 2 ]     complete
//!              └ the first EACH_KEPT ┘   └ at most WINDOW long
//! ```
//!
//! What is over the limit even so is counted, and the drawings say so.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::happening::{Happening, Word};

/// How many polls of a task are kept one by one.
const EACH_KEPT: u32 = 200;
/// How much time one merged record may stand for.
const WINDOW: u64 = Duration::from_millis(5).as_nanos() as u64;
/// How many records are kept: 72 MB.
const LIMIT: usize = 1_000_000;

/// One event: when, on which OS thread, what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    /// Nanoseconds since the recording began.
    pub(crate) at: u64,
    /// The OS thread, numbered by first appearance in this process.
    pub(crate) thread: u32,
    pub(crate) what: Happening,
}

/// The events of a run, in the order in which they happened.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) records: Vec<Record>,
    /// How many polls stand in merged records.
    pub(crate) merged: u64,
    /// How many events came after the limit, and are not here.
    pub(crate) lost: u64,
}

/// Records one run.
#[derive(Debug)]
pub(crate) struct Recorder {
    start: Instant,
    recording: Recording,
    tails: HashMap<u64, Tail>,
}

/// What is remembered of a task, to merge its next poll.
#[derive(Debug, Default)]
struct Tail {
    idle_polls: u32,
    /// Somebody woke it: its next poll is drawn by itself, with the wake that led to it.
    is_woken: bool,
    waits_for: Option<(u64, Word)>,
    spin: Option<Spin>,
}

#[derive(Debug)]
struct Spin {
    thread: u32,
    worker: u32,
    from: u64,
    to: u64,
    busy: u64,
    polls: u32,
}

impl Recorder {
    /// Times are counted from `start`.
    pub(crate) fn new(start: Instant) -> Self {
        Recorder {
            start,
            recording: Recording::default(),
            tails: HashMap::new(),
        }
    }

    pub(crate) fn record(&mut self, thread: u32, what: Happening) {
        if self.recording.records.len() >= LIMIT {
            self.recording.lost += 1;
            return;
        }
        let at = self.start.elapsed().as_nanos() as u64;
        self.recording.records.push(Record { at, thread, what });
        match what {
            Happening::Suspend { task } => self.merge_if_idle(task),
            Happening::Wake { task } => {
                self.end_spin(task);
                self.tails.entry(task).or_default().is_woken = true;
            }
            Happening::Complete { task, .. } => self.end_spin(task),
            _ => {}
        }
    }

    /// Something else happened to the task: polls after it are not merged with those before it.
    fn end_spin(&mut self, task: u64) {
        if let Some(spin) = self.tails.get_mut(&task).and_then(|tail| tail.spin.take()) {
            self.recording.records.push(spin.record(task));
        }
    }

    /// The task has just been suspended. If nothing but its poll has happened since its resume,
    /// and that has been so often enough, takes the poll out of the records and adds it to a spin.
    fn merge_if_idle(&mut self, task: u64) {
        let tail = self.tails.entry(task).or_default();
        if std::mem::take(&mut tail.is_woken) {
            return;
        }
        let Some(poll) = last_poll(&self.recording.records, task, tail) else {
            self.end_spin(task);
            return;
        };
        tail.idle_polls += 1;
        if tail.idle_polls <= EACH_KEPT {
            return;
        }
        self.recording.records.truncate(poll.first_record);
        self.recording.merged += 1;
        let full = tail.spin.take_if(|spin| poll.to - spin.from > WINDOW);
        let spin = tail.spin.get_or_insert(Spin {
            thread: poll.thread,
            worker: poll.worker,
            from: poll.from,
            to: poll.to,
            busy: 0,
            polls: 0,
        });
        spin.to = poll.to;
        spin.busy += poll.to - poll.from;
        spin.polls += 1;
        self.recording.records.extend(full.map(|s| s.record(task)));
    }

    /// Ends the recording.
    pub(crate) fn finish(mut self) -> Recording {
        for (task, tail) in self.tails {
            let spin = tail.spin.map(|spin| spin.record(task));
            self.recording.records.extend(spin);
        }
        // Stable: events of the same nanosecond stay in order.
        self.recording.records.sort_by_key(|record| record.at);
        self.recording
    }
}

impl Spin {
    fn record(self, task: u64) -> Record {
        Record {
            at: self.from,
            thread: self.thread,
            what: Happening::Spin {
                task,
                worker: self.worker,
                polls: self.polls,
                span: self.to - self.from,
                busy: self.busy,
            },
        }
    }
}

/// A poll that the last records show.
struct Poll {
    first_record: usize,
    thread: u32,
    worker: u32,
    from: u64,
    to: u64,
}

/// The poll that ends with the last record, if nothing happened in it: the task only put itself into
/// the queue again, or waits for what it waited for before.
fn last_poll(records: &[Record], task: u64, tail: &mut Tail) -> Option<Poll> {
    let (last, before) = records.split_last()?;
    for (index, record) in before.iter().enumerate().rev() {
        if record.thread != last.thread {
            return None;
        }
        match record.what {
            Happening::Resume { task: of, worker } if of == task => {
                return Some(Poll {
                    first_record: index,
                    thread: last.thread,
                    worker,
                    from: record.at,
                    to: last.at,
                });
            }
            Happening::Enqueue { task: of, .. } if of == task => {}
            Happening::Wait { source, direction } => {
                if tail.waits_for.replace((source, direction)) != Some((source, direction)) {
                    return None;
                }
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLL: [Happening; 3] = [
        Happening::Resume { task: 1, worker: 0 },
        Happening::Enqueue {
            task: 1,
            queue: Word("local"),
        },
        Happening::Suspend { task: 1 },
    ];

    fn record_all(happenings: impl IntoIterator<Item = Happening>) -> Recording {
        let mut recorder = Recorder::new(Instant::now());
        for what in happenings {
            recorder.record(0, what);
        }
        recorder.finish()
    }

    fn polls(recording: &Recording) -> u64 {
        let polls = recording.records.iter().map(|record| match record.what {
            Happening::Resume { .. } => 1,
            Happening::Spin { polls, .. } => u64::from(polls),
            _ => 0,
        });
        polls.sum()
    }

    #[test]
    fn a_million_idle_polls_take_few_records_and_none_is_lost() {
        let recording = record_all((0..1_000_000).flat_map(|_| POLL));
        assert_eq!(polls(&recording), 1_000_000);
        assert_eq!(recording.merged, 1_000_000 - u64::from(EACH_KEPT));
        assert!(recording.records.len() < 10_000);
    }

    #[test]
    fn a_poll_in_which_something_happens_is_never_merged() {
        let wakes = [POLL[0], Happening::Wake { task: 2 }, POLL[2]];
        let recording = record_all((0..1000).flat_map(|_| wakes));
        assert_eq!(recording.merged, 0);
        assert_eq!(recording.records.len(), 3000);
    }

    #[test]
    fn polls_that_wait_for_the_same_again_are_merged() {
        let waits = [
            POLL[0],
            Happening::Wait {
                source: 7,
                direction: Word("readable"),
            },
            POLL[2],
        ];
        let recording = record_all((0..1000).flat_map(|_| waits));
        assert_eq!(polls(&recording), 1000);
        assert!(recording.merged > 700);
    }

    #[test]
    fn a_poll_that_a_wake_led_to_is_never_merged() {
        let woken = [Happening::Wake { task: 1 }, POLL[0], POLL[2]];
        let recording = record_all((0..1000).flat_map(|_| woken));
        assert_eq!(recording.merged, 0);
    }

    #[test]
    fn what_is_over_the_limit_is_counted() {
        let many = (0..LIMIT as u64 + 10).map(|task| Happening::Wake { task });
        let recording = record_all(many);
        assert_eq!(recording.records.len(), LIMIT);
        assert_eq!(recording.lost, 10);
    }

    #[test]
    fn records_are_in_the_order_of_time() {
        let recording = record_all((0..5000).flat_map(|_| POLL));
        assert!(recording.records.is_sorted_by_key(|record| record.at));
    }
}
