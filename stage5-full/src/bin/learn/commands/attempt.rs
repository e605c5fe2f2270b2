//! One attempt at an exercise: build it, run its checks, and explain the first that fails.

use std::env;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use anstream::{eprintln, println};

use super::own;
use crate::cargo;
use crate::checking::{self, MEMORY, Plan, Report, SEEDS, Verdict};
use crate::course::{Check, Course, Exercise};
use crate::parallel;
use crate::progress::Progress;
use crate::show::{bad, bold, count, dim, fair, good, indented};
use crate::tidy::{clipped, explains_hang};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Passed,
    /// The name of the first check that failed; `None`: it does not compile.
    Failed(Option<String>),
}

/// Makes an attempt, prints what came of it, and notes it. The check named `first` is shown before the others.
pub(super) async fn attempt(
    course: &Course,
    exercise: &Exercise,
    progress: &mut Progress,
    first: Option<&str>,
) -> Result<Attempt, String> {
    let entry = &exercise.entry;
    println!("{}", bold(format!("{} {}", entry.id, entry.title)));
    let mut checks = exercise.checks()?;
    checks.sort_by_key(|check| first != Some(check.name.as_str()));
    let program = cargo::build_in_sight(&course.root, &exercise.package, exercise.target()).await?;
    let Some(program) = program else {
        // What cargo says goes to stderr: this belongs below it.
        eprintln!(
            "\n{} {} does not compile yet.",
            bad("error:"),
            exercise.shown_file()
        );
        return Ok(Attempt::Failed(None));
    };
    let plans = plans(exercise, &checks, &program)?;
    let reports = run(plans).await?;
    let passing = reports.iter().filter(|report| report.passed()).count();
    progress.update(exercise, |done| {
        done.passing = passing;
        done.passed |= passing == reports.len();
    })?;
    show(exercise, &checks, &reports);
    own::run(exercise, &program).await?;
    summarize(&reports);
    if passing == reports.len() {
        return Ok(Attempt::Passed);
    }
    let mut results = checks.iter().zip(&reports);
    let failed = results.find(|(_, report)| report.failure().is_some());
    Ok(Attempt::Failed(failed.map(|(check, _)| check.name.clone())))
}

async fn run(plans: Vec<Plan>) -> Result<Vec<Report>, String> {
    let reports = parallel::map(plans, parallel::processes(), |plan| async move {
        checking::run(&plan).await
    });
    reports.await.into_iter().collect()
}

fn plans(exercise: &Exercise, checks: &[Check], program: &Path) -> Result<Vec<Plan>, String> {
    let (seeds, limit) = (seeds()?, limit(exercise)?);
    let plan = |check: &Check| Plan {
        program: program.to_owned(),
        test: format!("check::{}", check.name),
        seeds: seeds.clone(),
        limit,
        go_on: false,
        memory: Some(MEMORY),
    };
    Ok(checks.iter().map(plan).collect())
}

/// All seeds, or the one that the learner wants.
fn seeds() -> Result<Range<u64>, String> {
    let Ok(text) = env::var("LEARN_SEEDS") else {
        return Ok(SEEDS);
    };
    let seed = text.trim().parse::<u64>();
    seed.map(|seed| seed..seed.saturating_add(1))
        .map_err(|_| format!("LEARN_SEEDS must be one seed here, such as 7: {text:?}"))
}

/// The exercise's time limit, or the one that the learner wants.
pub(super) fn limit(exercise: &Exercise) -> Result<Duration, String> {
    let Ok(text) = env::var("LEARN_LIMIT") else {
        return Ok(exercise.limit());
    };
    let seconds = text.trim().parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("LEARN_LIMIT must be a number of seconds: {text:?}"))
}

fn show(exercise: &Exercise, checks: &[Check], reports: &[Report]) {
    let mut explained = false;
    for (check, report) in checks.iter().zip(reports) {
        let Some((seed, verdict)) = report.failure() else {
            let word = match report.waits() {
                true => fair("waits  "),
                false => good("passes "),
            };
            println!("  {word}  {}", check.name);
            continue;
        };
        println!(
            "  {}  {}",
            bad(format!("{:7}", verdict.word())),
            bold(&check.name)
        );
        if !explained {
            explain(exercise, check, report, seed, verdict);
            explained = true;
        }
    }
}

fn summarize(reports: &[Report]) {
    let checks = count(reports.len(), "check");
    if reports.iter().all(Report::passed) {
        println!("\n{}", good(format!("All {checks} pass.")));
        return;
    }
    let failing = reports.iter().filter(|report| report.failure().is_some());
    let waits = match reports.iter().any(Report::waits) {
        true => " What waits cannot tell before another check holds.",
        false => "",
    };
    println!("{} of {checks} fail.{waits}", failing.count());
}

/// How far the explanation is indented.
pub(super) const ROOM: &str = "    ";

fn explain(exercise: &Exercise, check: &Check, report: &Report, seed: u64, verdict: &Verdict) {
    if !check.about.is_empty() {
        println!("           {}", dim(&check.about));
    }
    println!();
    if !report.said.is_empty() {
        println!("{}", indented(&clipped(&report.said), ROOM));
    }
    match verdict {
        Verdict::Died(how) => println!("{ROOM}Under seed {seed}, it {how}.\n"),
        Verdict::Missing => println!(
            "{ROOM}The check is not in the program. Does {} still end with these lines?\n\n{ROOM}    #[cfg(test)]\n{ROOM}    mod check;\n",
            exercise.shown_file()
        ),
        Verdict::Hangs if !explains_hang(&report.said) => {
            println!(
                "{ROOM}Under seed {seed}, it did not end within its time, and went on printing.\n"
            );
        }
        Verdict::Passed | Verdict::Waits | Verdict::Failed | Verdict::Hangs => {}
    }
}
