//! The events in words, in those of the stage: a green thread is resumed, a future is polled.

use std::fmt::Write as _;
use std::time::Duration;

use super::log::{Line, Log};
use super::shorten::shortened;
use crate::program::{Happening, Word, grouped};

/// How many sentences are shown.
const SHOWN: usize = 25;

/// How a stage calls what a task goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// As in "it was …".
    pub(super) resumed: &'static str,
    pub(super) suspended: &'static str,
    /// As in "it was resumed and …".
    then_suspended: &'static str,
}

impl Words {
    const GREEN_THREADS: Self = Words {
        resumed: "resumed",
        suspended: "was suspended",
        then_suspended: "suspended",
    };
    const FUTURES: Self = Words {
        resumed: "polled",
        suspended: "returned Pending",
        then_suspended: "returned Pending",
    };

    /// Those of the stage in whose folder `path` lies: from the third on, tasks are futures.
    pub(super) fn of(path: &str) -> Self {
        let mut stages = path.split(['/', '\\']).filter_map(|folder| {
            let number = folder.strip_prefix("stage")?.chars().next()?;
            number.to_digit(10)
        });
        match stages.next_back() {
            Some(1 | 2) => Words::GREEN_THREADS,
            _ => Words::FUTURES,
        }
    }
}

/// A paragraph with the last events of `log`; empty if there are none.
pub(super) fn last_events(log: &Log, words: Words) -> String {
    let sentences = shortened(Teller { log, words }.all());
    if sentences.is_empty() {
        return String::new();
    }
    let skipped = sentences.len().saturating_sub(SHOWN);
    let mut text = match log.total() as usize > log.lines().len() || skipped > 0 {
        true => format!("\nThe last of {} events:\n", grouped(log.total())),
        false => "\nWhat happened:\n".to_owned(),
    };
    for sentence in &sentences[skipped..] {
        let _ = writeln!(text, "  {sentence}");
    }
    text
}

struct Teller<'a> {
    log: &'a Log,
    words: Words,
}

impl Teller<'_> {
    /// A sentence for each event, or for some that belong together.
    fn all(&self) -> Vec<String> {
        let lines: Vec<Line> = self.log.lines().copied().collect();
        let mut sentences = Vec::new();
        let mut rest = &lines[..];
        while let Some((first, others)) = rest.split_first() {
            let told = self.with_next(first, others);
            let (sentence, taken) = told.unwrap_or_else(|| (self.sentence(first), 0));
            sentences.push(sentence);
            rest = &others[taken..];
        }
        sentences
    }

    /// A sentence for `first` and what follows from it at once, and how many events that are.
    fn with_next(&self, first: &Line, others: &[Line]) -> Option<(String, usize)> {
        let mut after = others.iter().map(|line| line.what);
        let (next, third) = (after.next()?, after.next());
        match first.what {
            Happening::Resume { task, .. } => {
                let suspend = Happening::Suspend { task };
                match next {
                    what if what == suspend => {
                        Some((self.turn(first, self.words.then_suspended), 1))
                    }
                    Happening::Complete {
                        task: same,
                        outcome,
                    } if same == task => Some((self.turn(first, ended(outcome)), 1)),
                    Happening::Enqueue { task: same, .. }
                        if same == task && third == Some(suspend) =>
                    {
                        Some((self.turn(first, "yielded"), 2))
                    }
                    _ => None,
                }
            }
            Happening::Spawn { task, .. } | Happening::Wake { task } => match next {
                Happening::Enqueue { task: same, queue } if same == task => {
                    Some((self.sentence(first) + &into(queue), 1))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole turn of a task, which began with `resume`.
    fn turn(&self, resume: &Line, end: &str) -> String {
        let link = match self.log.has_workers() {
            true => ", which",
            false => " and",
        };
        format!("{}{link} {end}", self.sentence(resume))
    }

    fn sentence(&self, line: &Line) -> String {
        match line.what {
            Happening::Spawn { task, .. } => {
                did(line.by, "spawned", task, "spawned") + &self.called(task)
            }
            Happening::Wake { task } => did(line.by, "woke", task, "woken"),
            Happening::Resume { task, worker } if self.log.has_workers() => {
                format!("worker {worker} {} task {task}", self.words.resumed)
            }
            Happening::Resume { task, .. } => format!("task {task} was {}", self.words.resumed),
            Happening::Suspend { task } => format!("task {task} {}", self.words.suspended),
            Happening::Complete { task, outcome } => format!("task {task} {}", ended(outcome)),
            Happening::Enqueue { task, queue } => {
                format!("task {task} went into {}", name_of(queue))
            }
            Happening::Spin { task, polls, .. } => {
                format!("task {task} was {} {polls} times", self.words.resumed)
            }
            what => outside(what, line.by),
        }
    }

    fn called(&self, number: u64) -> String {
        let task = self.log.tasks().find(|(of, _)| *of == number);
        task.map_or(String::new(), |(_, task)| task.called())
    }
}

/// `by` did something to `task`; or it was done, and nobody knows by whom.
fn did(by: Option<u64>, verb: &str, task: u64, passive: &str) -> String {
    match by {
        Some(by) if by == task => format!("task {task} {verb} itself"),
        Some(by) => format!("task {by} {verb} task {task}"),
        None => format!("task {task} was {passive}"),
    }
}

/// What workers, sockets and timers do.
fn outside(what: Happening, by: Option<u64>) -> String {
    match what {
        Happening::Steal { from, to, count } => {
            format!("worker {to} stole {count} tasks from worker {from}")
        }
        Happening::Park { worker } => format!("worker {worker} had nothing to run, and slept"),
        Happening::Unpark { worker } => format!("worker {worker} was awake again"),
        Happening::Register { source } => format!("socket {source} was registered"),
        Happening::Deregister { source } => format!("socket {source} was deregistered"),
        Happening::Wait { source, direction } => {
            let who = by.map_or("somebody".to_owned(), |task| format!("task {task}"));
            format!("{who} waits until socket {source} is {}", direction.0)
        }
        Happening::Ready { source, direction } => {
            format!("socket {source} was reported {}", direction.0)
        }
        Happening::TimerSet { timer, nanoseconds } => {
            let time = Duration::from_nanos(nanoseconds);
            format!("timer {timer} was set to fire in {time:?}")
        }
        Happening::TimerFired { timer } => format!("timer {timer} fired"),
        other => format!("{other:?}"),
    }
}

fn ended(outcome: Word) -> &'static str {
    match outcome.0 {
        "ok" => "finished",
        "panicked" => "panicked",
        _ => "was cancelled",
    }
}

/// Where a task went that was woken or spawned, if that is worth a word.
fn into(queue: Word) -> String {
    match queue.0 {
        "local" => String::new(),
        _ => format!(", and it went into {}", name_of(queue)),
    }
}

fn name_of(queue: Word) -> &'static str {
    match queue.0 {
        "lifo" => "the slot that is taken from first",
        "global" => "the queue of all workers",
        "remote" => "the queue for wakes from other threads",
        _ => "the run queue",
    }
}
