//! What the page is given of a run, as JSON. Times are nanoseconds; tasks are named by their place in the list.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::happening::{Happening, Word};
use super::super::history::{Cause, History, On, State, Task};
use super::super::ledger::Figures;
use super::super::style::grouped;
use super::super::{lint, story};

/// What stands above the drawing of a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Title {
    pub(crate) title: String,
    /// How it was run.
    pub(crate) about: String,
    /// How its tasks wait, as the end of a sentence.
    pub(crate) waits: &'static str,
}

impl Title {
    pub(crate) fn of(figures: &Figures, waits: &'static str) -> Self {
        let requests = grouped(figures.requests as u64);
        Title {
            title: format!("Stage {}: {}", figures.stage, figures.name),
            about: format!("{requests} requests, seed {}", figures.seed),
            waits,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Run {
    #[serde(flatten)]
    title: Title,
    end: u64,
    merged: u64,
    lost: u64,
    tasks: Vec<TaskData>,
    workers: Vec<u32>,
    /// Worker: from, to.
    sleeps: BTreeMap<u32, Vec<(u64, u64)>>,
    /// When, on which worker's reactor, which source, for what.
    ready: Vec<(u64, u32, u64, &'static str)>,
    /// When, whose tasks, who took them, how many.
    steals: Vec<(u64, u32, u32, u32)>,
    /// Set when, fired when, by which task, which timer.
    timers: Vec<(u64, Option<u64>, Option<usize>, u64)>,
    wakes: Vec<WakeData>,
    /// From when on, so many tasks are in the queue.
    queue: Vec<(u64, u32)>,
    rules: Vec<RuleData>,
}

#[derive(Serialize)]
struct TaskData {
    id: u64,
    name: &'static str,
    place: String,
    by: Option<usize>,
    ended: Option<(u64, &'static str)>,
    spans: Vec<SpanData>,
    story: Vec<story::Sentence>,
    /// Since when it waits for a wake that never comes.
    stuck: Option<u64>,
}

/// Each begins with its time and its kind, and ends where the next one begins.
#[derive(Serialize)]
#[serde(untagged)]
enum SpanData {
    /// Worker, polls, nanoseconds that they took.
    Run(u64, &'static str, u32, u32, u64),
    /// Number, direction.
    Source(u64, &'static str, u64, &'static str),
    /// Number, if there is one.
    Other(u64, &'static str, u64),
}

#[derive(Serialize)]
struct WakeData {
    at: u64,
    task: usize,
    /// `spawned`, `source`, `timer`, `task`, `end` or `outside`.
    cause: &'static str,
    /// The task that woke.
    by: Option<usize>,
    since: u64,
    poll: Option<u64>,
    coalesced: bool,
}

#[derive(Serialize)]
struct RuleData {
    title: &'static str,
    explanation: &'static str,
    /// Where the chapter of this stage explains it.
    stage: u8,
    heading: &'static str,
    /// The chapter's file, on the machine that built the program.
    chapter: String,
    /// Which task, when, what.
    findings: Vec<(usize, u64, String)>,
}

impl Run {
    pub(super) fn of(title: Title, history: &History) -> Self {
        let index = |(index, task): (usize, &Task)| (task.id, index);
        let index: HashMap<u64, usize> = history.tasks.iter().enumerate().map(index).collect();
        let index = |id: u64| index.get(&id).copied();
        let tasks = history.tasks.iter().zip(story::all(history));
        let mut run = Run {
            title,
            end: history.end,
            merged: history.merged,
            lost: history.lost,
            tasks: tasks
                .map(|(task, story)| TaskData::of(task, story, index, history))
                .collect(),
            workers: history.workers(),
            sleeps: history.sleeps.clone(),
            ready: Vec::new(),
            steals: Vec::new(),
            timers: Vec::new(),
            wakes: wakes(history, index),
            queue: queue(history),
            rules: rules(history),
        };
        for timer in &history.timers {
            let task = timer.task.and_then(index);
            run.timers.push((timer.set, timer.fired, task, timer.timer));
        }
        for (at, worker, what) in &history.moments {
            match *what {
                Happening::Ready { source, direction } => {
                    run.ready.push((*at, *worker, source, direction.0));
                }
                Happening::Steal { from, to, count } => run.steals.push((*at, from, to, count)),
                _ => {}
            }
        }
        run
    }
}

impl TaskData {
    fn of(
        task: &Task,
        story: Vec<story::Sentence>,
        index: impl Fn(u64) -> Option<usize>,
        history: &History,
    ) -> Self {
        TaskData {
            id: task.id,
            name: task.name.0,
            place: task.place.to_string(),
            by: task.spawned_by.and_then(index),
            ended: task.ended.map(|(at, outcome)| (at, outcome.0)),
            spans: task
                .spans
                .iter()
                .map(|span| SpanData::of(span.from, span.state))
                .collect(),
            story,
            stuck: lint::never_woken(history, task),
        }
    }
}

impl SpanData {
    fn of(from: u64, state: State) -> Self {
        match state {
            State::Running {
                worker,
                polls,
                busy,
            } => SpanData::Run(from, "run", worker, polls, busy),
            State::Runnable => SpanData::Other(from, "queue", 0),
            State::Waiting(On::Source(source, Word(direction))) => {
                SpanData::Source(from, "source", source, direction)
            }
            State::Waiting(On::Timer(timer)) => SpanData::Other(from, "timer", timer),
            State::Waiting(On::End(task)) => SpanData::Other(from, "end", task),
            State::Waiting(On::Unknown) => SpanData::Other(from, "wake", 0),
        }
    }
}

fn wakes(history: &History, index: impl Fn(u64) -> Option<usize>) -> Vec<WakeData> {
    let spawned_by = |task: usize| history.tasks[task].spawned_by;
    let wakes = history.wakes.iter().filter_map(|wake| {
        let task = index(wake.task)?;
        let (cause, by) = match wake.cause {
            Cause::Spawned => ("spawned", spawned_by(task)),
            Cause::Source(..) => ("source", None),
            Cause::Timer(_) => ("timer", None),
            Cause::Task(by) => ("task", Some(by)),
            Cause::End(by) => ("end", Some(by)),
            Cause::Outside => ("outside", None),
        };
        Some(WakeData {
            at: wake.at,
            task,
            cause,
            by: by.and_then(&index),
            since: wake.since,
            poll: wake.led_to.map(|(at, _)| at),
            coalesced: wake.coalesced,
        })
    });
    wakes.collect()
}

/// How many tasks are in a queue, whenever that changes.
fn queue(history: &History) -> Vec<(u64, u32)> {
    let mut changes = BTreeMap::<u64, i64>::new();
    for span in history.tasks.iter().flat_map(|task| &task.spans) {
        if span.state == State::Runnable && span.from < span.to {
            *changes.entry(span.from).or_default() += 1;
            *changes.entry(span.to).or_default() -= 1;
        }
    }
    let mut depth = 0;
    let changes = changes.into_iter().filter(|(_, change)| *change != 0);
    let depths = changes.map(|(at, change)| {
        depth += change;
        (at, u32::try_from(depth).unwrap_or(0))
    });
    depths.collect()
}

fn rules(history: &History) -> Vec<RuleData> {
    let mut findings = lint::all(history);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let file = |name| workspace.map_or(PathBuf::new(), |workspace| workspace.join(name));
    let rules = lint::RULES.into_iter().map(|rule| {
        let of_this = findings.extract_if(.., |finding| finding.rule == rule);
        RuleData {
            title: rule.title,
            explanation: rule.explanation,
            stage: rule.chapter.0,
            heading: rule.chapter.2,
            chapter: file(rule.chapter.1).display().to_string(),
            findings: of_this
                .map(|found| (found.task, found.at, found.what))
                .collect(),
        }
    });
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::happening::Place;
    use super::super::super::history::tests::history;
    use super::*;

    fn spawn(task: u64) -> Happening {
        Happening::Spawn {
            task,
            name: Word(""),
            place: Place::default(),
        }
    }

    fn run(happenings: &[Happening]) -> Run {
        let title = Title {
            title: String::new(),
            about: String::new(),
            waits: "",
        };
        Run::of(title, &history(happenings))
    }

    fn arrows(run: &Run) -> Vec<(&'static str, Option<usize>, usize, bool)> {
        let arrows = run.wakes.iter();
        arrows
            .map(|wake| (wake.cause, wake.by, wake.task, wake.coalesced))
            .collect()
    }

    #[test]
    fn a_spawn_leads_from_the_parent_to_the_childs_first_poll() {
        let run = run(&[
            spawn(7),
            Happening::Resume { task: 7, worker: 0 },
            spawn(9),
            Happening::Suspend { task: 7 },
            Happening::Resume { task: 9, worker: 0 },
        ]);
        assert_eq!(
            arrows(&run),
            [("spawned", None, 0, false), ("spawned", Some(0), 1, false)]
        );
        assert_eq!(run.wakes[1].poll, Some(run.end));
        assert_eq!(run.tasks[1].by, Some(0));
    }

    #[test]
    fn a_timer_and_a_socket_lead_to_the_task_that_waits_for_them() {
        let run = run(&[
            spawn(1),
            Happening::Resume { task: 1, worker: 0 },
            Happening::TimerSet {
                timer: 5,
                nanoseconds: 10,
            },
            Happening::Suspend { task: 1 },
            Happening::TimerFired { timer: 5 },
            Happening::Wake { task: 1 },
            Happening::Ready {
                source: 2,
                direction: Word("readable"),
            },
            Happening::Wake { task: 1 },
            Happening::Resume { task: 1, worker: 0 },
        ]);
        let expected = [("timer", None, 0, false), ("source", None, 0, true)];
        assert_eq!(arrows(&run)[1..], expected);
        let (_, fired, task, timer) = run.timers[0];
        assert_eq!((fired, task, timer), (Some(run.wakes[1].since), Some(0), 1));
        assert_eq!(run.ready[0].0, run.wakes[2].since);
    }

    #[test]
    fn a_task_that_ends_leads_to_the_one_that_waited_for_that() {
        let run = run(&[
            spawn(1),
            Happening::Resume { task: 1, worker: 0 },
            spawn(2),
            Happening::Suspend { task: 1 },
            Happening::Resume { task: 2, worker: 0 },
            Happening::Complete {
                task: 2,
                outcome: Word("ok"),
            },
            Happening::Wake { task: 1 },
            Happening::Resume { task: 1, worker: 0 },
        ]);
        assert_eq!(arrows(&run)[2], ("end", Some(1), 0, false));
        assert!(matches!(
            run.tasks[0].spans[2],
            SpanData::Other(_, "end", 2)
        ));
    }

    #[test]
    fn the_queue_is_as_deep_as_tasks_stand_in_it() {
        let run = run(&[
            spawn(1),
            spawn(2),
            Happening::Resume { task: 1, worker: 0 },
            Happening::Suspend { task: 1 },
            Happening::Resume { task: 2, worker: 0 },
        ]);
        let depths: Vec<_> = run.queue.iter().map(|(_, depth)| *depth).collect();
        assert_eq!(depths, [1, 2, 1, 0]);
    }
}
