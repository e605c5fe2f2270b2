//! The life of a task in sentences, each with the time at which it begins to be true.
//!
//! ```text
//!   0.000 ms  Spawned by task 1, at stage3-executor/src/job.rs:51.
//!   0.021 ms  Runs for 48.0 µs on worker 0, then waits until source 3 is writable.
//!   0.530 ms  Source 3 became writable, and that woke it.
//! ```

use super::history::{Cause, History, On, Span, State, Task, Wake};
use super::style::{duration, grouped};

/// A sentence, and since when it is true.
pub(crate) type Sentence = (u64, String);

/// The stories of all tasks, in the order of the tasks.
pub(crate) fn all(history: &History) -> Vec<Vec<Sentence>> {
    let wakes = wakes_by_task(history);
    let told = history.tasks.iter().map(|task| {
        let wakes = wakes.get(&task.id).map_or(&[][..], |wakes| wakes);
        of(task, wakes, history.end)
    });
    told.collect()
}

fn wakes_by_task(history: &History) -> std::collections::HashMap<u64, Vec<Wake>> {
    let mut by_task = std::collections::HashMap::<u64, Vec<Wake>>::new();
    for wake in &history.wakes {
        by_task.entry(wake.task).or_default().push(*wake);
    }
    by_task
}

/// The story of one task, which these wakes were for.
fn of(task: &Task, wakes: &[Wake], end: u64) -> Vec<Sentence> {
    let mut story = vec![(task.spawned, spawned(task))];
    let woken = wakes.iter().filter(|wake| wake.cause != Cause::Spawned);
    story.extend(woken.map(|wake| (wake.at, self::woken(wake))));
    let spans = &task.spans;
    let polls = (0..spans.len()).filter_map(|index| {
        let next = spans.get(index + 1);
        Some((spans[index].from, poll(&spans[index], next, task)?))
    });
    story.extend(polls);
    story.extend(ending(task, end));
    // Stable: a wake stands before the poll of the same moment.
    story.sort_by_key(|(at, _)| *at);
    story
}

fn spawned(task: &Task) -> String {
    let name = match task.name.0 {
        "" => String::new(),
        name => format!(" with the name “{name}”"),
    };
    let by = match task.spawned_by {
        Some(parent) => format!("by task {parent}"),
        None => "outside of all tasks".into(),
    };
    format!("Spawned{name} {by}, at {}.", task.place)
}

fn woken(wake: &Wake) -> String {
    let why = match wake.cause {
        Cause::Spawned => "It is new".into(),
        Cause::Source(source, direction) => {
            format!("Source {source} became {}, and that woke it", direction.0)
        }
        Cause::Timer(timer) => format!("Timer {timer} fired, and that woke it"),
        Cause::Task(task) if task == wake.task => "It woke itself".into(),
        Cause::Task(task) => format!("Task {task} woke it"),
        Cause::End(task) => format!("Task {task} ended, and that woke it"),
        Cause::Outside => "A thread that was running no task woke it".into(),
    };
    match wake.coalesced {
        false => format!("{why}."),
        true => format!("{why}; but it was to be polled already: the wakes coalesce."),
    }
}

/// What a poll did; `next`: what the task did then.
fn poll(span: &Span, next: Option<&Span>, task: &Task) -> Option<String> {
    let State::Running {
        worker,
        polls,
        busy,
    } = span.state
    else {
        return None;
    };
    if polls > 1 {
        let (polls, within) = (grouped(polls.into()), duration(span.to - span.from));
        return Some(format!(
            "{polls} polls within {within}, {} of it running. Nothing else happened in them.",
            duration(busy)
        ));
    }
    let then = match next {
        Some(next) => then(next.state),
        None => last_words(task),
    };
    Some(format!(
        "Runs for {} on worker {worker}, then {then}.",
        duration(busy)
    ))
}

fn then(next: State) -> String {
    match next {
        State::Runnable => "goes back into the queue: it yielded, or was woken meanwhile".into(),
        State::Running { .. } => "is polled again".into(),
        State::Waiting(on) => waits(on),
    }
}

/// What it waits for, as the end of a sentence.
pub(crate) fn waits(on: On) -> String {
    match on {
        On::Source(source, direction) => format!("waits until source {source} is {}", direction.0),
        On::Timer(timer) => format!("waits for timer {timer}"),
        On::End(task) => format!("waits for the end of task {task}"),
        On::Unknown => "waits for a wake".into(),
    }
}

fn last_words(task: &Task) -> String {
    match task.ended.map(|(_, outcome)| outcome.0) {
        Some("ok") => "is done".into(),
        Some(outcome) => format!("has {outcome}").replace("has cancelled", "is cancelled"),
        None => "the trace ends".into(),
    }
}

/// For a task that did not end by itself.
fn ending(task: &Task, end: u64) -> Option<Sentence> {
    let last = task.spans.last()?;
    let waiting = match last.state {
        State::Running { .. } => return None,
        State::Runnable => "it is in the queue".into(),
        State::Waiting(on) => format!("it {}", waits(on)),
    };
    Some(match task.ended {
        Some((at, outcome)) => (at, format!("Ends ({}) while {waiting}.", outcome.0)),
        None => (end, format!("The trace ends, and {waiting}.")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::happening::{Happening, Place, Word};
    use super::super::history::tests::history;
    use super::*;

    fn told(happenings: &[Happening]) -> Vec<String> {
        let stories = all(&history(happenings));
        let sentences = stories.into_iter().flatten().map(|(_, sentence)| {
            // Durations depend on this machine.
            let words = sentence.split(' ').collect::<Vec<_>>();
            match words.iter().position(|word| *word == "for") {
                Some(at) if words[0] == "Runs" => {
                    format!("Runs {}", words[at + 3..].join(" "))
                }
                _ => sentence,
            }
        });
        sentences.collect()
    }

    const SPAWN: Happening = Happening::Spawn {
        task: 7,
        name: Word("tea"),
        place: Place {
            file: Word("src/main.rs"),
            line: 12,
            column: 5,
        },
    };
    const POLL: Happening = Happening::Resume { task: 7, worker: 0 };
    const PENDING: Happening = Happening::Suspend { task: 7 };

    #[test]
    fn a_task_tells_what_it_waited_for_and_what_woke_it() {
        let readable = Word("readable");
        let told = told(&[
            SPAWN,
            POLL,
            Happening::Wait {
                source: 3,
                direction: readable,
            },
            PENDING,
            Happening::Ready {
                source: 3,
                direction: readable,
            },
            Happening::Wake { task: 7 },
            Happening::Wake { task: 7 },
            POLL,
            Happening::Complete {
                task: 7,
                outcome: Word("ok"),
            },
        ]);
        assert_eq!(
            told,
            [
                "Spawned with the name “tea” outside of all tasks, at src/main.rs:12.",
                "Runs on worker 0, then waits until source 1 is readable.",
                "Source 1 became readable, and that woke it.",
                "Source 1 became readable, and that woke it; but it was to be polled already: the wakes coalesce.",
                "Runs on worker 0, then is done.",
            ]
        );
    }

    #[test]
    fn a_task_that_nobody_wakes_ends_with_the_trace() {
        let told = told(&[SPAWN, POLL, PENDING]);
        assert_eq!(told[1], "Runs on worker 0, then waits for a wake.");
        assert_eq!(told[2], "The trace ends, and it waits for a wake.");
    }

    #[test]
    fn a_task_that_is_cancelled_while_it_waits_says_so() {
        let cancelled = Happening::Complete {
            task: 7,
            outcome: Word("cancelled"),
        };
        let told = told(&[SPAWN, POLL, PENDING, cancelled]);
        assert_eq!(told[2], "Ends (cancelled) while it waits for a wake.");
    }
}
