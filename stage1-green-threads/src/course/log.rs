//! The last events of a check, and where each of its tasks stands.
//!
//! However long a check runs, the log stays small: of the events it keeps the last [`KEPT`].
//! Sockets and timers are numbered by first appearance. Tasks keep their numbers: the runtime's own messages use them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::task::{On, Task};
use crate::program::Happening;

/// How many events are kept.
const KEPT: usize = 400;

/// What happened, and which task ran on the thread where it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) what: Happening,
    pub(super) by: Option<u64>,
}

/// See the header.
#[derive(Debug, Default)]
pub(super) struct Log {
    lines: VecDeque<Line>,
    /// How many events there were.
    total: u64,
    tasks: BTreeMap<u64, Task>,
    workers: u32,
    /// The task that runs on each thread.
    running: HashMap<u32, u64>,
    socket_numbers: Numbers,
    timer_numbers: Numbers,
}

/// Numbers from 1 on, by first appearance.
#[derive(Debug, Default)]
struct Numbers(HashMap<u64, u64>);

impl Numbers {
    fn of(&mut self, raw: u64) -> u64 {
        let next = self.0.len() as u64 + 1;
        *self.0.entry(raw).or_insert(next)
    }
}

impl Log {
    /// The events that are kept, oldest first.
    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = &Line> {
        self.lines.iter()
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// In the order of their numbers.
    pub(super) fn tasks(&self) -> impl Iterator<Item = (u64, &Task)> {
        self.tasks.iter().map(|(number, task)| (*number, task))
    }

    /// Whether more than one worker has run tasks.
    pub(super) fn has_workers(&self) -> bool {
        self.workers > 1
    }

    /// Takes in what has happened on `thread`.
    pub(super) fn record(&mut self, thread: u32, what: Happening) {
        let what = self.renumbered(what);
        let by = self.running.get(&thread).copied();
        self.apply(thread, by, what);
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(Line { what, by });
        self.total += 1;
    }

    fn apply(&mut self, thread: u32, by: Option<u64>, what: Happening) {
        match what {
            Happening::Spawn { task, name, .. } => self.task(task).name = name,
            Happening::Resume { task, worker } => {
                self.workers = self.workers.max(worker + 1);
                self.running.insert(thread, task);
                self.task(task).resume();
            }
            Happening::Suspend { task } => {
                self.running.remove(&thread);
                self.task(task).suspend();
            }
            Happening::Complete { task, .. } => {
                if by == Some(task) {
                    self.running.remove(&thread);
                }
                self.task(task).end();
            }
            Happening::Wake { task } => self.task(task).wake(),
            Happening::Enqueue { task, .. } => self.task(task).enqueue(),
            Happening::Wait { source, direction } => self.waits(by, On::Socket(source, direction)),
            Happening::TimerSet { timer, .. } => self.waits(by, On::Timer(timer)),
            _ => {}
        }
    }

    fn waits(&mut self, task: Option<u64>, on: On) {
        if let Some(task) = task {
            self.task(task).will_wait(on);
        }
    }

    /// The task of this number; it is new if it was never heard of.
    fn task(&mut self, number: u64) -> &mut Task {
        self.tasks.entry(number).or_insert_with(Task::new)
    }

    fn renumbered(&mut self, mut what: Happening) -> Happening {
        match &mut what {
            Happening::Register { source }
            | Happening::Deregister { source }
            | Happening::Wait { source, .. }
            | Happening::Ready { source, .. } => *source = self.socket_numbers.of(*source),
            Happening::TimerSet { timer, .. } | Happening::TimerFired { timer } => {
                *timer = self.timer_numbers.of(*timer);
            }
            _ => {}
        }
        what
    }
}
