//! The events in words, in those of the stage: a green thread is resumed, a future is polled.

use std::fmt::Write as _;
use std::time::Duration;

use super::log::{Line, Log};
use crate::program::{Happening, Word, grouped};

/// How many sentences are shown.
const SHOWN: usize = 25;
/// How many sentences may make up what is said to go on and on.
const LONGEST_CYCLE: usize = 8;

/// How a stage calls what a task goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) resumed: &'static str,
    pub(super) suspended: &'static str,
    /// As in "was never …".
    pub(super) past: &'static str,
}

impl Words {
    /// Those of the stage in whose folder `path` lies: from the third on, tasks are futures.
    pub(super) fn of(path: &str) -> Self {
        let mut stages = path.split(['/', '\\']).filter_map(|folder| {
            let number = folder.strip_prefix("stage")?.chars().next()?;
            number.to_digit(10)
        });
        match stages.next_back() {
            Some(1 | 2) => Words {
                resumed: "was resumed",
                suspended: "was suspended",
                past: "resumed",
            },
            _ => Words {
                resumed: "was polled",
                suspended: "returned Pending",
                past: "polled",
            },
        }
    }
}

/// A paragraph with the last events of `log`; empty if there are none.
pub(super) fn last_events(log: &Log, words: Words) -> String {
    let sentences = shortened(all(log, words));
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

/// A sentence for each event, or for two that belong together.
fn all(log: &Log, words: Words) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let poll = lines
            .peek()
            .and_then(|next| whole_poll(log, words, line, next));
        if poll.is_some() {
            lines.next();
        }
        sentences.push(poll.unwrap_or_else(|| sentence(log, words, line)));
    }
    sentences
}

/// A poll in which nothing else has happened.
fn whole_poll(log: &Log, words: Words, line: &Line, next: &Line) -> Option<String> {
    let Happening::Resume { task, .. } = line.what else {
        return None;
    };
    let end = match next.what {
        Happening::Suspend { task: same } if same == task => words.suspended,
        Happening::Complete {
            task: same,
            outcome,
        } if same == task => ended(outcome),
        _ => return None,
    };
    Some(format!("{} and {end}", sentence(log, words, line)))
}

fn ended(outcome: Word) -> &'static str {
    match outcome.0 {
        "ok" => "finished",
        "panicked" => "panicked",
        _ => "was cancelled",
    }
}

fn sentence(log: &Log, words: Words, line: &Line) -> String {
    let by = |verb, object| match line.by {
        Some(task) if task == object => format!("task {task} {verb} itself"),
        Some(task) => format!("task {task} {verb} task {object}"),
        None => format!("task {object} was {}", passive(verb)),
    };
    match line.what {
        Happening::Spawn { task } => by("spawned", task) + &called(log, task),
        Happening::Resume { task, worker } => {
            format!("task {task} {}{}", words.resumed, on(log, worker))
        }
        Happening::Suspend { task } => format!("task {task} {}", words.suspended),
        Happening::Complete { task, outcome } => format!("task {task} {}", ended(outcome)),
        Happening::Wake { task } => by("woke", task),
        Happening::Enqueue { task, queue } => format!("task {task} went into {}", name_of(queue)),
        Happening::Steal { from, to, count } => {
            format!("worker {to} stole {count} tasks from worker {from}")
        }
        Happening::Park { worker } => format!("worker {worker} had nothing to run, and slept"),
        Happening::Unpark { worker } => format!("worker {worker} was awake again"),
        Happening::Register { source } => format!("socket {source} was registered"),
        Happening::Deregister { source } => format!("socket {source} was deregistered"),
        Happening::Wait { source, direction } => {
            let who = line
                .by
                .map_or("somebody".to_owned(), |task| format!("task {task}"));
            format!("{who} waits until socket {source} is {}", direction.0)
        }
        Happening::Ready { source, direction } => {
            format!("socket {source} was reported {}", direction.0)
        }
        Happening::TimerSet { timer, nanoseconds } => {
            let time = Duration::from_nanos(nanoseconds);
            format!("timer {timer} was set to {time:?} from then")
        }
        Happening::TimerFired { timer } => format!("timer {timer} fired"),
        Happening::Spin { task, polls, .. } => {
            format!("task {task} {} {polls} times", words.resumed)
        }
    }
}

fn passive(verb: &str) -> &str {
    match verb {
        "woke" => "woken",
        verb => verb,
    }
}

fn called(log: &Log, number: u64) -> String {
    let task = log.tasks().find(|(of, _)| *of == number);
    match task {
        Some((_, task)) if !task.name.is_empty() => format!(" ({:?})", task.name),
        _ => String::new(),
    }
}

fn on(log: &Log, worker: u32) -> String {
    match log.has_workers() {
        true => format!(" by worker {worker}"),
        false => String::new(),
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

/// Says once what is repeated at the end, and how often that was.
fn shortened(sentences: Vec<String>) -> Vec<String> {
    let cycle = (1..=LONGEST_CYCLE).find_map(|length| {
        let times = repeats(&sentences, length);
        (times > 2).then_some((length, times))
    });
    let Some((length, times)) = cycle else {
        return sentences;
    };
    let keep = sentences.len() - length * (times - 1);
    let mut short = sentences[..keep].to_vec();
    let these = match length {
        1 => "this".to_owned(),
        _ => format!("these {length}"),
    };
    short.push(format!("… {these} again and again: {times} times at least"));
    short
}

/// How often the last `length` sentences stand at the end, one after the other.
fn repeats(sentences: &[String], length: usize) -> usize {
    let mut blocks = sentences.rchunks_exact(length);
    match blocks.next() {
        Some(last) => 1 + blocks.take_while(|block| *block == last).count(),
        None => 0,
    }
}
