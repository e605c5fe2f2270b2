//! `cargo learn reset`: the starter, and a backup of what was there.

use std::path::PathBuf;

use anstream::println;

use crate::Answer;
use crate::course::{Course, Exercise};
use crate::files;
use crate::progress::{Done, Progress};

pub(crate) fn reset(course: &Course, id: &str) -> Result<Answer, String> {
    let exercise = course.find(id)?;
    let starter = exercise.starter()?;
    let (file, shown) = (exercise.file(), exercise.shown_file());
    let written = match file.exists() {
        true => Some(files::read(&file)?),
        false => None,
    };
    if written.as_ref() == Some(&starter) {
        println!("{shown} is the starter already.");
        return Ok(Answer::Yes);
    }
    if let Some(written) = written {
        let backup = free_name(exercise);
        files::write(&backup, &written)?;
        println!("What you wrote is kept in {}.", files::name(&backup));
    }
    files::write(&file, &starter)?;
    // Hints that were seen stay seen.
    Progress::load(course)?.update(exercise, |done| {
        *done = Done {
            hints: done.hints,
            ..Done::default()
        };
    })?;
    println!("{shown} is the starter again.");
    Ok(Answer::Yes)
}

/// The first name for a backup that is not taken.
fn free_name(exercise: &Exercise) -> PathBuf {
    let name = |number: u32| {
        exercise
            .folder
            .join(format!("exercise.before-reset-{number}.rs"))
    };
    (1..)
        .map(name)
        .find(|path| !path.exists())
        .expect("there are more numbers than files")
}
