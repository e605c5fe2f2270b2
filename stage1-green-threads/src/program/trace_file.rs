//! The trace file: a run in the JSON form that Chrome's tracer began with, and that
//! <https://ui.perfetto.dev> opens.
//!
//! ```text
//!   process "stage 4: workers"   worker 0   [task 7][task 9]  [ asleep in the OS ]·[task 7]
//!                                              └─ wake ─────────── arrow ──────────▲
//!   process "stage 4: tasks"     task 7     [runs][ waits: socket 3 readable     ][runs]
//! ```

mod form;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::happening::Happening;
use super::history::{Cause, History, On, State, Task};
use super::page::{self, Title};
use super::style::grouped;
use form::{Lane, Writer};

/// The longest slice for a wake: its arrow needs one to begin at.
const WAKE_LENGTH: u64 = 1_000;
/// Merged polls of all tasks are summed up in slices of this length, on lanes of their own.
const SPIN_LENGTH: u64 = 5_000_000;
const SPINS: u32 = 5_000;
/// The lane, among the workers, of threads that run no tasks.
const OTHERS: u32 = 9_999;

/// Writes runs, each with its title, as one file. Each begins at time 0.
///
/// The form lets a file hold more than events; here it is what the page for the browser needs to show it too.
///
/// # Errors
///
/// Those of `out`.
pub(crate) fn write<'a>(
    out: impl Write,
    runs: impl IntoIterator<Item = (Title, &'a History)>,
) -> io::Result<()> {
    let runs: Vec<_> = runs.into_iter().collect();
    let mut writer = Writer::new(out)?;
    for (number, (title, history)) in (0u32..).zip(&runs) {
        let title = &title.title;
        let (workers, tasks) = (2 * number + 1, 2 * number + 2);
        let merged = match history.merged {
            0 => String::new(),
            merged => format!(" ({} polls are drawn merged)", grouped(merged)),
        };
        writer.name_process(workers, &format!("{title}: workers{merged}"))?;
        write_workers(&mut writer, workers, history)?;
        write_wakes(&mut writer, workers, history)?;
        write_moments(&mut writer, workers, history)?;
        writer.name_process(tasks, &format!("{title}: tasks"))?;
        for (index, task) in (1u32..).zip(&history.tasks) {
            write_task(&mut writer, Lane::of(tasks, index), task)?;
        }
    }
    writer.finish("stages", &page::data(runs))
}

fn worker_lane(process: u32, worker: Option<u32>) -> Lane {
    Lane::of(process, worker.unwrap_or(OTHERS) + 1)
}

/// Which task each worker ran, and when it slept.
fn write_workers(
    writer: &mut Writer<impl Write>,
    process: u32,
    history: &History,
) -> io::Result<()> {
    for worker in history.workers() {
        let lane = worker_lane(process, Some(worker));
        writer.name_lane(lane, &format!("worker {worker}"))?;
        for sleep in history.sleeps.get(&worker).into_iter().flatten() {
            writer.slice(lane, "asleep in the OS", *sleep, &json!({}))?;
        }
    }
    let mut spins: BTreeMap<(u32, u64), u32> = BTreeMap::new();
    for task in &history.tasks {
        for span in &task.spans {
            match span.state {
                State::Running { worker, polls, .. } if polls > 1 => {
                    *spins.entry((worker, span.from / SPIN_LENGTH)).or_default() += polls;
                }
                State::Running { worker, .. } => {
                    let lane = worker_lane(process, Some(worker));
                    let name = format!("task {}", task.id);
                    writer.slice(lane, &name, (span.from, span.to), &json!({}))?;
                }
                _ => {}
            }
        }
    }
    for ((worker, window), polls) in spins {
        let lane = Lane::of(process, SPINS + worker);
        writer.name_lane(lane, &format!("worker {worker}: merged polls"))?;
        let times = (window * SPIN_LENGTH, (window + 1) * SPIN_LENGTH);
        writer.slice(
            lane,
            &format!("{polls} polls"),
            times,
            &json!({"polls": polls}),
        )?;
    }
    Ok(())
}

/// Each wake as a short slice, with an arrow to the poll that it led to.
fn write_wakes(writer: &mut Writer<impl Write>, process: u32, history: &History) -> io::Result<()> {
    let others = worker_lane(process, None);
    if history.wakes.iter().any(|wake| wake.by.is_none()) {
        writer.name_lane(others, "other threads")?;
    }
    let ends = borders(history);
    for wake in &history.wakes {
        let lane = worker_lane(process, wake.by);
        let ends = ends.get(&wake.by).map_or(&[][..], |ends| ends);
        let next = ends.get(ends.partition_point(|end| *end <= wake.at));
        let to = next.map_or(wake.at, |next| (*next).min(wake.at + WAKE_LENGTH));
        let details = json!({"task": wake.task, "because": because(wake.cause)});
        let name = match (wake.cause, wake.coalesced) {
            (Cause::Spawned, _) => "spawn",
            (_, false) => "wake",
            (_, true) => "wake (was runnable already)",
        };
        writer.slice(lane, name, (wake.at, to), &details)?;
        if let Some((at, worker)) = wake.led_to {
            writer.arrow((lane, wake.at), (worker_lane(process, Some(worker)), at))?;
        }
    }
    Ok(())
}

/// On each worker's lane, the times at which slices begin or end: a wake's must not cross one.
fn borders(history: &History) -> BTreeMap<Option<u32>, Vec<u64>> {
    let mut borders: BTreeMap<Option<u32>, Vec<u64>> = BTreeMap::new();
    for span in history.tasks.iter().flat_map(|task| &task.spans) {
        if let State::Running { worker, .. } = span.state {
            let lane = borders.entry(Some(worker)).or_default();
            lane.extend([span.from, span.to]);
        }
    }
    for (worker, sleeps) in &history.sleeps {
        let lane = borders.entry(Some(*worker)).or_default();
        lane.extend(sleeps.iter().flat_map(|(from, to)| [*from, *to]));
    }
    for wake in &history.wakes {
        borders.entry(wake.by).or_default().push(wake.at);
    }
    for lane in borders.values_mut() {
        lane.sort_unstable();
    }
    borders
}

fn because(cause: Cause) -> String {
    match cause {
        Cause::Spawned => "it is new".into(),
        Cause::Source(source, direction) => format!("source {source} is {}", direction.0),
        Cause::Timer(timer) => format!("timer {timer} fired"),
        Cause::Task(task) => format!("task {task} woke it"),
        Cause::End(task) => format!("task {task} ended"),
        Cause::Outside => "another thread woke it".into(),
    }
}

/// What the OS and the clock reported, and what was stolen.
fn write_moments(
    writer: &mut Writer<impl Write>,
    process: u32,
    history: &History,
) -> io::Result<()> {
    for (at, worker, what) in &history.moments {
        let name = match what {
            Happening::Ready { source, direction } => format!("source {source} {}", direction.0),
            Happening::TimerFired { timer } => format!("timer {timer} fired"),
            Happening::Steal { from, count, .. } => format!("stole {count} from worker {from}"),
            _ => continue,
        };
        writer.moment(worker_lane(process, Some(*worker)), &name, *at)?;
    }
    Ok(())
}

/// What a task was doing, all its life.
fn write_task(writer: &mut Writer<impl Write>, lane: Lane, task: &Task) -> io::Result<()> {
    let ended = match task.ended {
        Some((_, outcome)) => format!("task {} ({})", task.id, outcome.0),
        None => format!("task {} (never ended)", task.id),
    };
    writer.name_lane(lane, &ended)?;
    for span in &task.spans {
        let name = match span.state {
            State::Runnable => "in the queue".into(),
            State::Running {
                polls: 1, worker, ..
            } => format!("runs on worker {worker}"),
            State::Running { polls, .. } => format!("{polls} polls"),
            State::Waiting(On::Source(source, direction)) => {
                format!("waits until source {source} is {}", direction.0)
            }
            State::Waiting(On::Timer(timer)) => format!("waits for timer {timer}"),
            State::Waiting(On::End(task)) => format!("waits for the end of task {task}"),
            State::Waiting(On::Unknown) => "waits".into(),
        };
        writer.slice(lane, &name, (span.from, span.to), &json!({}))?;
    }
    Ok(())
}
