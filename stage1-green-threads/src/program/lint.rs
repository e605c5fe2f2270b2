//! What looks wrong in a run, with the reason why it does.

use std::collections::{HashMap, HashSet};

use super::history::{Cause, History, On, State, Task};
use super::style::{duration, grouped};

/// A poll that takes longer holds its worker.
const LONG_POLL: u64 = 10_000_000;
/// So many polls in a row in which nothing happened are many.
const POLLS_IN_VAIN: u64 = 30;
/// So many wakes for one poll are many.
const MANY_WAKES: usize = 4;

/// A kind of mistake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) title: &'static str,
    /// What it means, and what to do.
    pub(crate) explanation: &'static str,
    /// A stage, its chapter, and the heading in that.
    pub(crate) chapter: (u8, &'static str, &'static str),
}

pub(crate) const NEVER_WOKEN: Rule = Rule {
    title: "Went Pending and was never woken",
    explanation: "The task returned Pending, and until the end of the trace nothing woke it. Whoever returns Pending \
        must have left the waker where somebody will use it. If its future kept no waker anywhere, nothing can ever \
        wake this task; if it waits for a channel or a lock, look for the task that should have answered.",
    chapter: (
        4,
        "stage4-waker/README.md",
        "What a `Waker` is (`raw_waker`)",
    ),
};

pub(crate) const IN_VAIN: Rule = Rule {
    title: "Polled again and again without progress",
    explanation: "In these polls nothing happened: nobody had woken the task, and it went on to wait for the same as \
        before. Each costs CPU time that nobody gets anything for. Either its executor asks everybody at each event, or \
        the task wakes itself, or yields, until something is true.",
    chapter: (3, "stage3-executor/README.md", "Limits"),
};

pub(crate) const LONG: Rule = Rule {
    title: "A poll ran longer than 10 ms: it holds its worker",
    explanation: "While a poll runs, its worker does nothing else: tasks in its queue wait, unless another worker \
        steals them, and so do its timers and sockets. Long computations belong into spawn_blocking, or into pieces with \
        yield_now between them.",
    chapter: (5, "stage5-full/README.md", "5. Fairness"),
};

pub(crate) const WOKEN_OFTEN: Rule = Rule {
    title: "Woken many times for one poll",
    explanation: "A task that is in the queue already need not be woken again, and the executor sees to it that all \
        these wakes lead to one poll. They still cost whoever wakes. It is harmless where many senders feed one receiver; \
        where one event wakes the same task several times, its waker was kept in too many places.",
    chapter: (4, "stage4-waker/README.md", "The task (`task`)"),
};

pub(crate) const RULES: [&Rule; 4] = [&NEVER_WOKEN, &IN_VAIN, &LONG, &WOKEN_OFTEN];

/// A task that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    /// Its place in the history's list.
    pub(crate) task: usize,
    pub(crate) at: u64,
    pub(crate) what: String,
}

/// All findings, rule by rule.
pub(crate) fn all(history: &History) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(each(history, &NEVER_WOKEN, |task| {
        let at = never_woken(history, task)?;
        Some((at, "waits for a wake that never comes".into()))
    }));
    findings.extend(each(history, &IN_VAIN, |task| {
        let series = task.in_vain;
        let what = format!("{} polls in a row", grouped(series.polls));
        (series.polls >= POLLS_IN_VAIN).then_some((series.from, what))
    }));
    let shared = shared_workers(history);
    findings.extend(each(history, &LONG, |task| longest_poll(task, &shared)));
    let wakes = most_wakes(history);
    findings.extend(each(history, &WOKEN_OFTEN, |task| {
        let (at, count) = *wakes.get(&task.id)?;
        (count >= MANY_WAKES).then(|| (at, format!("{count} wakes for one poll")))
    }));
    findings
}

fn each<'a>(
    history: &'a History,
    rule: &'static Rule,
    mut look: impl FnMut(&Task) -> Option<(u64, String)> + 'a,
) -> impl Iterator<Item = Finding> + 'a {
    let tasks = history.tasks.iter().enumerate();
    tasks.filter_map(move |(index, task)| {
        let (at, what) = look(task)?;
        Some(Finding {
            rule,
            task: index,
            at,
            what,
        })
    })
}

/// Since when a task has been waiting for a wake that the trace does not show. Sockets and timers keep wakers, so
/// who waits for these is not meant.
///
/// Nobody is, either, where the runtime wakes nobody and polls everybody.
pub(crate) fn never_woken(history: &History, task: &Task) -> Option<u64> {
    let last = task.spans.last()?;
    let was_left = task
        .ended
        .is_none_or(|(_, outcome)| outcome.0 == "cancelled");
    // Asked first, as it is true of few tasks: so the wakes are looked through for few.
    let waits = was_left && last.state == State::Waiting(On::Unknown);
    let mut wakes = history.wakes.iter();
    (waits && wakes.any(|wake| wake.cause != Cause::Spawned)).then_some(last.from)
}

/// The workers that ran more than one task: these hold up others.
fn shared_workers(history: &History) -> HashSet<u32> {
    let mut first = HashMap::new();
    let mut shared = HashSet::new();
    for task in &history.tasks {
        for span in &task.spans {
            if let State::Running { worker, .. } = span.state
                && *first.entry(worker).or_insert(task.id) != task.id
            {
                shared.insert(worker);
            }
        }
    }
    shared
}

fn longest_poll(task: &Task, shared: &HashSet<u32>) -> Option<(u64, String)> {
    let polls = task.spans.iter().filter_map(|span| match span.state {
        State::Running {
            worker,
            polls: 1,
            busy,
        } if shared.contains(&worker) => Some((busy, span.from)),
        _ => None,
    });
    let (busy, from) = polls.max()?;
    (busy > LONG_POLL).then(|| (from, format!("one poll of {}", duration(busy))))
}

/// For each task, the poll that most wakes led to: when the last of them was, and how many.
fn most_wakes(history: &History) -> HashMap<u64, (u64, usize)> {
    let mut most = HashMap::<u64, (u64, usize)>::new();
    let mut now = HashMap::<u64, usize>::new();
    for wake in &history.wakes {
        let count = now.entry(wake.task).or_default();
        *count = if wake.coalesced { *count + 1 } else { 1 };
        let best = most.entry(wake.task).or_default();
        if *count > best.1 {
            *best = (wake.at, *count);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::super::happening::{Happening, Place, Word};
    use super::super::history::tests::history;
    use super::*;

    const PENDING: Happening = Happening::Suspend { task: 1 };
    const POLL: Happening = Happening::Resume { task: 1, worker: 0 };
    const WAKE: Happening = Happening::Wake { task: 1 };

    fn spawn(task: u64) -> Happening {
        Happening::Spawn {
            task,
            name: Word(""),
            place: Place::default(),
        }
    }

    fn rules(happenings: &[Happening]) -> Vec<&'static str> {
        let findings = all(&history(happenings));
        findings.iter().map(|finding| finding.rule.title).collect()
    }

    #[test]
    fn a_task_whose_waker_nobody_kept_is_found() {
        let other = [spawn(2), Happening::Resume { task: 2, worker: 0 }];
        let with_a_wake = [Happening::Wake { task: 2 }];
        let stuck = [spawn(1), POLL, PENDING];
        let found = rules(&[&stuck[..], &other, &with_a_wake].concat());
        assert_eq!(found, [NEVER_WOKEN.title]);
    }

    #[test]
    fn a_task_that_waits_for_a_socket_has_left_its_waker_there() {
        let wait = Happening::Wait {
            source: 1,
            direction: Word("readable"),
        };
        assert_eq!(rules(&[spawn(1), WAKE, POLL, wait, PENDING]), [""; 0]);
    }

    #[test]
    fn where_nobody_is_ever_woken_nobody_is_forgotten() {
        assert_eq!(rules(&[spawn(1), POLL, PENDING]), [""; 0]);
    }

    #[test]
    fn thirty_polls_for_nothing_are_found_and_thirty_wakes_are_not() {
        let polls = [POLL, PENDING].repeat(30);
        let found = rules(&[&[spawn(1)], &polls[..]].concat());
        assert_eq!(
            found, [""; 0],
            "the first poll is the one that spawning asks for"
        );
        let polls = [POLL, PENDING].repeat(31);
        let found = rules(&[&[spawn(1)], &polls[..]].concat());
        assert_eq!(found, [IN_VAIN.title]);
        let woken = [Happening::TimerFired { timer: 1 }, WAKE, POLL, PENDING].repeat(300);
        let found = rules(&[&[spawn(1)], &woken[..]].concat());
        assert_eq!(found, [NEVER_WOKEN.title]);
    }

    #[test]
    fn a_task_that_always_wakes_itself_gets_nowhere() {
        let polls = [POLL, WAKE, PENDING].repeat(31);
        let found = rules(&[&[spawn(1)], &polls[..]].concat());
        assert_eq!(found, [IN_VAIN.title]);
    }

    #[test]
    fn four_wakes_for_one_poll_are_found() {
        let three = [
            spawn(1),
            POLL,
            PENDING,
            WAKE,
            WAKE,
            WAKE,
            POLL,
            PENDING,
            WAKE,
        ];
        assert_eq!(rules(&three), [""; 0]);
        let four = [spawn(1), POLL, PENDING, WAKE, WAKE, WAKE, WAKE, POLL];
        assert_eq!(rules(&four), [WOKEN_OFTEN.title]);
    }

    #[test]
    fn a_long_poll_is_found_where_it_holds_up_others() {
        let mut history = history(&[spawn(1), POLL, PENDING, spawn(2)]);
        let State::Running { busy, .. } = &mut history.tasks[0].spans[1].state else {
            panic!("it ran");
        };
        *busy = LONG_POLL + 1;
        assert_eq!(all(&history), []);
        let ran = history.tasks[0].spans[1];
        history.tasks[1].spans.push(ran);
        let found = all(&history);
        assert_eq!(found[0].what, "one poll of 10.0 ms");
        assert_eq!(found[0].rule, &LONG);
    }

    #[test]
    fn every_rule_names_a_heading_that_is_there() {
        let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for Rule {
            chapter: (_, file, heading),
            ..
        } in RULES
        {
            let text = std::fs::read_to_string(workspace.join(file)).unwrap();
            let has_it = |line: &str| {
                line.trim_start_matches('#').trim() == *heading && line.starts_with('#')
            };
            assert!(text.lines().any(has_it), "{file} has no heading {heading}");
        }
    }
}
