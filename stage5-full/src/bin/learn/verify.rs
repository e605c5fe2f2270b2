//! `cargo learn verify`: does each exercise hold what it promises?
//!
//! ```text
//!   files ──▶ structure: task, hints, points, starter = what follows from the solution, known to Cargo.toml
//!   cargo ──▶ one program for each stage with all variants: compiles, without warnings
//!                   │
//!                   ▼  a process for each variant and check
//!             trial: the starter fails, the solution passes, each wrong answer fails where it says and nowhere else
//! ```

mod structure;
mod trial;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anstream::println;

use crate::Answer;
use crate::cargo;
use crate::checking;
use crate::course::{Course, Exercise, Stage};
use crate::parallel;
use crate::show::{bad, bold, count, dim, good, indented};
use trial::Trial;

/// How long a build may take.
const BUILD: Duration = Duration::from_secs(20 * 60);

/// What is wrong, by exercise.
type Problems = BTreeMap<String, Vec<String>>;

pub(crate) async fn verify(course: &Course, what: &[String]) -> Result<Answer, String> {
    let exercises = course.select(what)?;
    let mut problems = Problems::new();
    let mut elsewhere = Vec::new();
    let (mut times, mut trials) = (Vec::new(), Vec::new());
    for stage in &course.stages {
        let its: Vec<_> = exercises
            .iter()
            .copied()
            .filter(|e| e.package == stage.package)
            .collect();
        if its.is_empty() {
            continue;
        }
        for exercise in &its {
            note(
                &mut problems,
                exercise,
                structure::problems(stage, exercise)?,
            );
        }
        elsewhere.extend(structure::strangers(stage)?);
        let began = Instant::now();
        if let Some(program) = build(course, stage, &mut elsewhere).await? {
            trials.extend(trial::of(&its, &program)?);
        }
        times.push((format!("build {}", stage.package), began.elapsed()));
    }
    let began = Instant::now();
    let taken = run(trials, &mut problems).await?;
    times.push(("checks".to_owned(), began.elapsed()));
    report(&exercises, &problems, &elsewhere, &taken);
    show_times(&times);
    match problems.values().all(Vec::is_empty) && elsewhere.is_empty() {
        true => Ok(Answer::Yes),
        false => Ok(Answer::No),
    }
}

fn note(problems: &mut Problems, exercise: &Exercise, more: Vec<String>) {
    problems
        .entry(exercise.id().to_owned())
        .or_default()
        .extend(more);
}

/// Builds the variants of a stage; without a program, or with warnings, it says why.
async fn build(
    course: &Course,
    stage: &Stage,
    problems: &mut Vec<String>,
) -> Result<Option<PathBuf>, String> {
    println!(
        "{}",
        dim(format!("building the variants of {}", stage.package))
    );
    let mut built = cargo::build(&course.root, None, &stage.package, &["variants"], BUILD).await?;
    let warnings = built.warnings.remove("variants").unwrap_or_default();
    let program = built.programs.remove("variants");
    if !warnings.is_empty() {
        problems.push(format!(
            "the variants of {} compile with warnings:\n{}",
            stage.package,
            warnings.concat()
        ));
    }
    if built.cut_off {
        problems.push(format!(
            "building {} took longer than {BUILD:?}",
            stage.package
        ));
    } else if program.is_none() {
        let errors: String = built.errors.into_values().flatten().collect();
        let why = if errors.is_empty() {
            built.said
        } else {
            errors
        };
        problems.push(format!(
            "the variants of {} do not compile:\n{why}",
            stage.package
        ));
    }
    Ok(program)
}

/// Runs all trials. Returns how long those of each exercise took, one after the other.
async fn run(
    trials: Vec<Trial>,
    problems: &mut Problems,
) -> Result<BTreeMap<String, Duration>, String> {
    println!(
        "{}",
        dim(format!("running {}", count(trials.len(), "trial")))
    );
    let results = parallel::map(trials, parallel::processes(), |trial| async move {
        let began = Instant::now();
        let report = checking::run(&trial.plan).await;
        (trial, report, began.elapsed())
    });
    let mut taken = BTreeMap::new();
    let mut starters: BTreeMap<String, bool> = BTreeMap::new();
    for (trial, report, time) in results.await {
        let report = report?;
        *taken.entry(trial.id.clone()).or_default() += time;
        if trial.is_starter() {
            *starters.entry(trial.id.clone()).or_default() |= trial::fails_always(&report);
        }
        problems
            .entry(trial.id.clone())
            .or_default()
            .extend(trial.problem(&report));
    }
    for (id, fails) in starters {
        if !fails {
            let what =
                "the starter passes: no check fails under all seeds, so there is nothing to do"
                    .to_owned();
            problems.entry(id).or_default().push(what);
        }
    }
    Ok(taken)
}

fn report(
    exercises: &[&Exercise],
    problems: &Problems,
    elsewhere: &[String],
    taken: &BTreeMap<String, Duration>,
) {
    println!();
    for exercise in exercises {
        let (id, title) = (exercise.id(), &exercise.entry.title);
        let wrong = problems.get(id).map_or(&[][..], Vec::as_slice);
        let verdict = match wrong.is_empty() {
            true => good("holds"),
            false => bad("FAILS"),
        };
        let time = taken.get(id).copied().unwrap_or_default().as_secs_f64();
        println!(
            "{id:5} {title:54} {verdict}  {}",
            dim(format!("{time:6.1} s"))
        );
        for problem in wrong {
            println!("{}", indented(problem, "        "));
        }
    }
    for problem in elsewhere {
        println!("\n{} {problem}", bad("FAILS"));
    }
}

fn show_times(times: &[(String, Duration)]) {
    println!("\n{}", bold("times"));
    for (what, time) in times {
        println!("{:7.1} s  {what}", time.as_secs_f64());
    }
}
