//! The ledger: what a run cost, for people and as JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::collector::Counts;
use super::hash::checksum;
use super::job::{Job, Outcome, Stage};
use super::meter::Moment;

/// The figures of one run. Field by field, this is the object that `--json` prints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figures {
    /// 0 to 5.
    pub stage: u8,
    /// The name of the stage.
    pub name: String,
    /// How many requests there were.
    pub requests: usize,
    /// How many of them failed.
    pub failed: usize,
    /// Where delays and texts come from.
    pub seed: u64,
    /// Of (index, hash of the reply) for the requests that succeeded, in hexadecimal digits.
    pub checksum: String,
    /// Workers that ran tasks, where the stage can have more than one.
    pub workers: usize,
    /// Milliseconds on the clock, from before the first task to after the last.
    pub wall_ms: f64,
    /// Milliseconds of CPU time of this process.
    pub cpu_ms: Option<f64>,
    /// The part of `wall_ms` until all replies were in.
    pub fetch_wall_ms: f64,
    /// The part of `cpu_ms` until all replies were in.
    pub fetch_cpu_ms: Option<f64>,
    /// The rest of `wall_ms`.
    pub hash_wall_ms: f64,
    /// The rest of `cpu_ms`.
    pub hash_cpu_ms: Option<f64>,
    /// OS threads when all tasks waited.
    pub os_threads: Option<usize>,
    /// How often control entered a task: switches, or polls.
    pub resumes: u64,
    /// How often somebody made a task runnable.
    pub wakes: u64,
    /// How often the OS was asked to wait.
    pub os_waits: u64,
    /// Bytes of stack that each task reserved.
    pub stack_reserved_per_task: usize,
    /// Bytes of it that were in memory when all tasks waited.
    pub stack_touched_per_task: Option<usize>,
    /// Bytes of heap that each task had when all tasks waited.
    pub heap_per_task: Option<usize>,
    /// Stack reserved and heap together.
    pub bytes_per_task: Option<usize>,
}

impl Figures {
    /// Puts the figures of a run together.
    pub(crate) fn of(
        stage: &Stage,
        job: &Job,
        seed: u64,
        outcomes: &[Outcome],
        end: &Moment,
        counts: Counts,
    ) -> Self {
        let (start, fetch_done, waiting) = job.meter().readings();
        let fetch_done = fetch_done.unwrap_or(*end);
        let (wall, cpu) = start.until(end);
        let (fetch_wall, fetch_cpu) = start.until(&fetch_done);
        let (hash_wall, hash_cpu) = fetch_done.until(end);
        let hashes = outcomes.iter().enumerate();
        let hashes = hashes.filter_map(|(index, outcome)| Some((index, *outcome.as_ref().ok()?)));
        Figures {
            stage: stage.number,
            name: stage.name.to_owned(),
            requests: outcomes.len(),
            failed: outcomes.iter().filter(|outcome| outcome.is_err()).count(),
            seed,
            checksum: format!("{:016x}", checksum(hashes)),
            workers: job.workers(),
            wall_ms: milliseconds(wall),
            cpu_ms: cpu.map(milliseconds),
            fetch_wall_ms: milliseconds(fetch_wall),
            fetch_cpu_ms: fetch_cpu.map(milliseconds),
            hash_wall_ms: milliseconds(hash_wall),
            hash_cpu_ms: hash_cpu.map(milliseconds),
            os_threads: waiting.os_threads,
            resumes: counts.resumes,
            wakes: counts.wakes,
            os_waits: counts.os_waits,
            stack_reserved_per_task: stage.stack,
            stack_touched_per_task: waiting.touched,
            heap_per_task: waiting.heap,
            bytes_per_task: waiting.heap.map(|heap| heap + stage.stack),
        }
    }
}

impl Figures {
    /// How much of one core the fetching took, as in `"4 %"`.
    pub fn fetch_load(&self) -> String {
        share(self.fetch_cpu_ms, self.fetch_wall_ms)
    }

    /// How much of one core the hashing took.
    pub fn hash_load(&self) -> String {
        share(self.hash_cpu_ms, self.hash_wall_ms)
    }
}

fn share(part: Option<f64>, whole: f64) -> String {
    match part {
        Some(part) if whole > 0.0 => format!("{:.0} %", 100.0 * part / whole),
        _ => "– %".into(),
    }
}

/// Milliseconds, to the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
