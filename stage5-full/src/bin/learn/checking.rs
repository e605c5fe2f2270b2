//! Runs one check of a program that was built, and finds out what became of it under each seed.
//!
//! The check itself adds a line to a file for each seed; see `course` in stage 1. So what a program prints cannot be
//! mistaken for a verdict, and one that dies has told what went before. If it hangs or dies, the seeds after that are run in a
//! new process.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::process::{self, Ended, Limits};
use crate::tidy::tidy;

/// The seeds that everybody's checks are run under.
pub(crate) const SEEDS: Range<u64> = 1..21;
/// Bytes of memory that a check may take, unless somebody says otherwise.
pub(crate) const MEMORY: u64 = 4 << 30;
/// How many bytes of its output are kept.
pub(crate) const OUTPUT: usize = 64 * 1024;
/// For a debugger.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
/// What a process may take besides the time limit of its checks.
const START: Duration = Duration::from_secs(10);

/// What to run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) program: PathBuf,
    /// The test's path, such as "check::the_values_come_in_order".
    pub(crate) test: String,
    pub(crate) seeds: Range<u64>,
    pub(crate) limit: Duration,
    /// Whether to go on after a seed that failed.
    pub(crate) go_on: bool,
    pub(crate) memory: Option<u64>,
}

/// What became of a check under one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// It cannot tell before another check holds.
    Waits,
    Failed,
    Hangs,
    /// The process came to an end in the middle of it: how, as the end of a sentence that begins with "it".
    Died(String),
    /// There is no such test in the program.
    Missing,
}

/// What became of a check.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) verdicts: Vec<(u64, Verdict)>,
    /// What was said of the first seed under which it did not pass.
    pub(crate) said: String,
}

impl Report {
    /// The first verdict of a failure.
    pub(crate) fn failure(&self) -> Option<(u64, &Verdict)> {
        let mut verdicts = self.verdicts.iter();
        verdicts
            .find(|(_, verdict)| verdict.is_failure())
            .map(|(seed, verdict)| (*seed, verdict))
    }

    /// Whether it did not fail, and could not tell under some seed.
    pub(crate) fn waits(&self) -> bool {
        let mut verdicts = self.verdicts.iter();
        self.failure().is_none() && verdicts.any(|(_, verdict)| *verdict == Verdict::Waits)
    }

    /// Whether it was run, and passed under every seed.
    pub(crate) fn passed(&self) -> bool {
        !self.verdicts.is_empty() && self.failure().is_none() && !self.waits()
    }
}

impl Verdict {
    pub(crate) fn is_failure(&self) -> bool {
        !matches!(self, Verdict::Passed | Verdict::Waits)
    }

    /// In a word.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Verdict::Passed => "passes",
            Verdict::Waits => "waits",
            Verdict::Failed => "fails",
            Verdict::Hangs => "hangs",
            Verdict::Died(_) => "dies",
            Verdict::Missing => "missing",
        }
    }
}

/// Runs a check under its seeds, in as many processes as it takes.
pub(crate) async fn run(plan: &Plan) -> Result<Report, String> {
    let mut report = Report::default();
    let mut next = plan.seeds.start;
    while next < plan.seeds.end {
        let before = report.verdicts.len();
        let ended = one_process(plan, next..plan.seeds.end, &mut report).await?;
        next += (report.verdicts.len() - before) as u64;
        let stopped = report.verdicts[before..].last().map(|(_, verdict)| verdict);
        let told = matches!(stopped, Some(Verdict::Failed | Verdict::Hangs));
        if next < plan.seeds.end && !(told && (!plan.go_on || stopped == Some(&Verdict::Hangs))) {
            report.verdicts.push((next, how_it_died(&ended)));
            next += 1;
        }
        if report.failure().is_some() && report.said.is_empty() {
            report.said = tidy(&ended.output, &plan.test);
        }
        let missing = matches!(report.failure(), Some((_, Verdict::Missing)));
        if missing || (report.failure().is_some() && !plan.go_on) {
            break;
        }
    }
    Ok(report)
}

/// Runs the check in a process, and adds the verdicts that it has written.
async fn one_process(plan: &Plan, seeds: Range<u64>, report: &mut Report) -> Result<Ended, String> {
    let verdicts = Scratch::new();
    let mut command = Command::new(&plan.program);
    command.args(["--exact", &plan.test, "--nocapture", "--test-threads=1"]);
    command.env("LEARN_SEEDS", format!("{}..{}", seeds.start, seeds.end));
    command.env("LEARN_LIMIT", plan.limit.as_secs_f64().to_string());
    command.env("LEARN_VERDICTS", &verdicts.0);
    command.env("RUST_BACKTRACE", "0").env_remove("LEARN_GO_ON");
    if plan.go_on {
        command.env("LEARN_GO_ON", "1");
    }
    let time = match plan.limit {
        Duration::ZERO => FOR_EVER,
        limit => limit * 3 + START,
    };
    let limits = Limits {
        time,
        memory: plan.memory,
        output: OUTPUT,
    };
    let ended = process::run(command, limits).await?;
    let text = fs::read_to_string(&verdicts.0).unwrap_or_default();
    report.verdicts.extend(parse(&text, seeds));
    Ok(ended)
}

/// The verdicts of `seeds`, in order, as far as they were written.
fn parse(text: &str, seeds: Range<u64>) -> Vec<(u64, Verdict)> {
    let mut verdicts = Vec::new();
    for (seed, line) in seeds.zip(text.lines()) {
        let word = line.strip_prefix(&format!("{seed} "));
        verdicts.push(match word {
            Some("passed") => (seed, Verdict::Passed),
            Some("waits") => (seed, Verdict::Waits),
            Some("failed") => (seed, Verdict::Failed),
            Some("hangs") => (seed, Verdict::Hangs),
            _ => break,
        });
    }
    verdicts
}

fn how_it_died(ended: &Ended) -> Verdict {
    match ended.status {
        _ if ended.output.starts_with("\nrunning 0 tests\n") => Verdict::Missing,
        None => Verdict::Died(
            "did not end, nor keep to its time limit, and was ended from outside".to_owned(),
        ),
        Some(status) => Verdict::Died(process::describe(status)),
    }
}

/// The name of a file that nobody else uses; it is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Ordering: the numbers need only differ.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("learn-{}-{number}.verdicts", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It is not there if no check came so far.
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn verdicts_count_as_far_as_they_are_in_order() {
    let words = |text| {
        parse(text, 3..6)
            .iter()
            .map(|(_, v)| v.word())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words("3 waits\n4 failed\n5 hangs\n"),
        ["waits", "fails", "hangs"]
    );
    assert_eq!(words("3 passed\n5 passed\n"), ["passes"]);
    assert_eq!(words("nonsense\n3 passed\n"), [""; 0]);
}
