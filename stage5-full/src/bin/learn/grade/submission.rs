//! What a learner has handed in: one file for each exercise, and nothing else of the folder is looked at.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ExerciseGrade, Outcome};
use crate::course::Exercise;
use crate::files;

/// An exercise.rs larger than this is none.
const LARGEST: u64 = 1024 * 1024;

/// One exercise of one learner.
#[derive(Debug)]
pub(super) enum Submission {
    /// There is something to run.
    Written { exercise: Exercise, text: String },
    /// There is not, so the grade is known.
    Graded(ExerciseGrade),
}

/// The learners' folders: `class/*` stands for those in `class`, also where the shell leaves that to programs, as on Windows.
pub(super) fn folders(given: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut folders = Vec::new();
    for folder in given {
        match folder.parent() {
            Some(parent) if folder.ends_with("*") => {
                let all = files::list(parent)?.into_iter();
                folders.extend(all.filter(|path| path.is_dir()));
            }
            _ => folders.push(folder.clone()),
        }
    }
    Ok(folders)
}

/// The submissions for `exercises` in a learner's folder.
pub(super) fn read(folder: &Path, exercises: &[Exercise]) -> Result<Vec<Submission>, String> {
    exercises
        .iter()
        .map(|exercise| read_one(folder, exercise))
        .collect()
}

fn read_one(folder: &Path, exercise: &Exercise) -> Result<Submission, String> {
    let graded = |outcome, reason| {
        Submission::Graded(ExerciseGrade::new(exercise, outcome, reason, Vec::new()))
    };
    let text = match text(folder, exercise) {
        Ok(text) => text,
        Err(reason) => return Ok(graded(Outcome::Missing, reason)),
    };
    if text.trim() == exercise.starter()?.trim() {
        return Ok(graded(Outcome::NotBegun, "it is the starter".to_owned()));
    }
    Ok(Submission::Written {
        exercise: exercise.clone(),
        text,
    })
}

/// What the learner has written, or why there is nothing.
fn text(folder: &Path, exercise: &Exercise) -> Result<String, String> {
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    let path = folder.join(exercise.shown_file());
    let file = fs::metadata(&path).map_err(|_| format!("there is no {}", exercise.shown_file()))?;
    if !file.is_file() || file.len() > LARGEST {
        return Err(format!(
            "exercise.rs is no file, or larger than {LARGEST} bytes"
        ));
    }
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("exercise.rs cannot be read: {error}"))?;
    Ok(text.replace("\r\n", "\n"))
}
