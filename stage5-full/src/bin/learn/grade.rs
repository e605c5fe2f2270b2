//! `cargo learn grade`: the exercises of many learners, each in a folder.
//!
//! ```text
//!   this workspace ──▶ a copy of it under target: stages, checks, Cargo.toml
//!                          ▲ exercise.rs, and nothing else
//!   a learner's folder ────┘──▶ cargo builds ──▶ programs ──▶ a process for each check ──▶ grades
//!                                                   └──▶ meanwhile, the next learner's are built
//! ```
//!
//! Whatever a submission does is a result with a reason. It is no error of this program.

mod copy;
mod forms;
mod judge;
mod submission;

use anstream::eprintln;
use serde::Serialize;
use stage5_full::task::JoinSet;

use crate::Answer;
use crate::cli;
use crate::course::{Course, Exercise};
use crate::show::dim;
use copy::Copy;
use judge::Limits;

/// What one learner has earned.
#[derive(Clone, Debug, Serialize)]
struct Grade {
    /// The folder's name.
    name: String,
    folder: String,
    points: u32,
    of: u32,
    exercises: Vec<ExerciseGrade>,
}

/// What one exercise has earned.
#[derive(Clone, Debug, Serialize)]
struct ExerciseGrade {
    id: String,
    title: String,
    points: u32,
    of: u32,
    outcome: Outcome,
    /// Why it is not "passed", in a line.
    reason: String,
    checks: Vec<CheckGrade>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Passed,
    Failed,
    /// There is no such file, or none that can be read.
    Missing,
    /// It is the starter.
    NotBegun,
    DoesNotCompile,
}

/// What became of one check.
#[derive(Clone, Debug, Serialize)]
struct CheckGrade {
    name: String,
    verdict: &'static str,
    /// The first seed under which it did not pass.
    seed: Option<u64>,
    message: String,
}

pub(crate) async fn grade(course: &Course, options: cli::Grade) -> Result<Answer, String> {
    let exercises: Vec<Exercise> = course.select(&options.only)?.into_iter().cloned().collect();
    eprintln!("{}", dim("preparing a copy of this workspace"));
    let copy = Copy::of(course)?;
    copy.warm_up(&exercises).await?;
    let mut running = JoinSet::new();
    let folders = submission::folders(&options.folders)?;
    for (index, folder) in folders.iter().enumerate() {
        let (number, all) = (index + 1, folders.len());
        let line = format!("grading {} ({number} of {all})", folder.display());
        eprintln!("{}", dim(line));
        let submissions = submission::read(folder, &exercises)?;
        let built = copy.build(submissions, index).await?;
        let folder = folder.clone();
        let limits = Limits::of(&options);
        running.spawn(async move {
            let exercises = judge::judge(built, limits).await;
            (
                index,
                exercises.map(|exercises| Grade::new(&folder, exercises)),
            )
        });
    }
    let grades = in_order(running).await?;
    forms::print(options.form(), &grades)?;
    Ok(Answer::Yes)
}

/// The grades in the folders' order.
async fn in_order(running: JoinSet<(usize, Result<Grade, String>)>) -> Result<Vec<Grade>, String> {
    let mut grades = running.join_all().await;
    grades.sort_by_key(|(index, _)| *index);
    grades.into_iter().map(|(_, grade)| grade).collect()
}

impl Grade {
    fn new(folder: &std::path::Path, exercises: Vec<ExerciseGrade>) -> Self {
        let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        Grade {
            name: crate::files::name(&name),
            folder: folder.display().to_string(),
            points: exercises.iter().map(|exercise| exercise.points).sum(),
            of: exercises.iter().map(|exercise| exercise.of).sum(),
            exercises,
        }
    }
}

impl ExerciseGrade {
    fn new(exercise: &Exercise, outcome: Outcome, reason: String, checks: Vec<CheckGrade>) -> Self {
        let of = exercise.entry.points;
        ExerciseGrade {
            id: exercise.id().to_owned(),
            title: exercise.entry.title.clone(),
            points: if outcome == Outcome::Passed { of } else { 0 },
            of,
            outcome,
            reason,
            checks,
        }
    }
}
