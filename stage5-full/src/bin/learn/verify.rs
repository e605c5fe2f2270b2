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
use std::time::{Duration, Instant};

use anstream::println;

use crate::Answer;
use crate::cargo::{self, Built};
use crate::checking;
use crate::course::{Course, Exercise, Stage};
use crate::parallel;
use crate::show::{bad, bold, count, dim, good, indented};
use trial::Trial;

/// How long a build may take.
const BUILD: Duration = Duration::from_secs(20 * 60);

/// What is found out, step by step.
#[derive(Default)]
struct Findings {
    /// What is wrong, by exercise.
    problems: BTreeMap<String, Vec<String>>,
    /// What is wrong with a stage.
    elsewhere: Vec<String>,
    /// How long the trials of each exercise took, one after the other.
    taken: BTreeMap<String, Duration>,
    /// How long each step took.
    times: Vec<(String, Duration)>,
}

pub(crate) async fn verify(course: &Course, what: &[String]) -> Result<Answer, String> {
    let exercises = course.select(what)?;
    let mut findings = Findings::default();
    let mut trials = Vec::new();
    for stage in &course.stages {
        let its = exercises.iter().copied();
        let its: Vec<_> = its
            .filter(|exercise| exercise.package == stage.package)
            .collect();
        if !its.is_empty() {
            trials.extend(findings.look_at(course, stage, &its).await?);
        }
    }
    findings.run(trials).await?;
    findings.report(&exercises);
    match findings.problems.values().all(Vec::is_empty) && findings.elsewhere.is_empty() {
        true => Ok(Answer::Yes),
        false => Ok(Answer::No),
    }
}

impl Findings {
    fn note(&mut self, id: &str, problems: impl IntoIterator<Item = String>) {
        self.problems
            .entry(id.to_owned())
            .or_default()
            .extend(problems);
    }

    /// Looks at the files of a stage's exercises and builds their variants. Returns what is to be tried with them.
    async fn look_at(
        &mut self,
        course: &Course,
        stage: &Stage,
        exercises: &[&Exercise],
    ) -> Result<Vec<Trial>, String> {
        for exercise in exercises {
            self.note(exercise.id(), structure::problems(stage, exercise)?);
        }
        self.elsewhere.extend(structure::strangers(stage)?);
        println!(
            "{}",
            dim(format!("building the variants of {}", stage.package))
        );
        let began = Instant::now();
        let mut built =
            cargo::build(&course.root, None, &stage.package, &["variants"], BUILD).await?;
        self.times
            .push((format!("build {}", stage.package), began.elapsed()));
        let program = built.programs.remove("variants");
        self.elsewhere
            .extend(about_build(stage, program.is_some(), built));
        program.map_or(Ok(Vec::new()), |program| trial::of(exercises, &program))
    }

    /// Runs all trials.
    async fn run(&mut self, trials: Vec<Trial>) -> Result<(), String> {
        println!(
            "{}",
            dim(format!("running {}", count(trials.len(), "trial")))
        );
        let all_began = Instant::now();
        let results = parallel::map(trials, parallel::processes(), |trial| async move {
            let began = Instant::now();
            let report = checking::run(&trial.plan).await;
            (trial, report, began.elapsed())
        });
        let mut starters: BTreeMap<String, bool> = BTreeMap::new();
        for (trial, report, time) in results.await {
            let report = report?;
            *self.taken.entry(trial.id.clone()).or_default() += time;
            if trial.is_starter() {
                *starters.entry(trial.id.clone()).or_default() |= trial::fails_always(&report);
            }
            self.note(&trial.id, trial.problem(&report));
        }
        for (id, _) in starters.into_iter().filter(|(_, fails)| !fails) {
            self.note(&id, Some(PASSES.to_owned()));
        }
        self.times.push(("checks".to_owned(), all_began.elapsed()));
        Ok(())
    }

    fn report(&self, exercises: &[&Exercise]) {
        println!();
        for exercise in exercises {
            let (id, title) = (exercise.id(), &exercise.entry.title);
            let problems = self.problems.get(id).map_or(&[][..], Vec::as_slice);
            let verdict = match problems.is_empty() {
                true => good("holds"),
                false => bad("FAILS"),
            };
            let time = self
                .taken
                .get(id)
                .copied()
                .unwrap_or_default()
                .as_secs_f64();
            println!(
                "{id:5} {title:54} {verdict}  {}",
                dim(format!("{time:6.1} s"))
            );
            for problem in problems {
                println!("{}", indented(problem, "        "));
            }
        }
        for problem in &self.elsewhere {
            println!("\n{} {problem}", bad("FAILS"));
        }
        println!("\n{}", bold("times"));
        for (what, time) in &self.times {
            println!("{:7.1} s  {what}", time.as_secs_f64());
        }
    }
}

const PASSES: &str =
    "the starter passes: no check fails under all seeds, so there is nothing to do";

/// What there is to say on the build of a stage's variants.
fn about_build(stage: &Stage, is_there: bool, mut built: Built) -> Vec<String> {
    let package = &stage.package;
    let mut problems = Vec::new();
    if let Some(warnings) = built.warnings.remove("variants") {
        let warnings = warnings.concat();
        problems.push(format!(
            "the variants of {package} compile with warnings:\n{warnings}"
        ));
    }
    if built.cut_off {
        problems.push(format!("building {package} took longer than {BUILD:?}"));
    } else if !is_there {
        let errors: String = built.errors.into_values().flatten().collect();
        let why = if errors.is_empty() {
            built.said
        } else {
            errors
        };
        problems.push(format!("the variants of {package} do not compile:\n{why}"));
    }
    problems
}
