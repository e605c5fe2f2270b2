//! What can be seen of an exercise without building it.

use std::path::Path;

use toml::Table;

use crate::course::{Exercise, Stage};
use crate::files;

/// How many wrong answers an exercise has at least, and how many checks.
const WRONG_ANSWERS: usize = 2;
const CHECKS: usize = 2;

/// What is wrong with the files of an exercise.
pub(super) fn problems(stage: &Stage, exercise: &Exercise) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    problems.extend(entry(stage, exercise));
    problems.extend(task(exercise));
    problems.extend(starter(exercise));
    problems.extend(answers(exercise)?);
    problems.extend(target(stage, exercise)?);
    Ok(problems)
}

/// What lies in the exercises' folder, and course.toml does not know.
pub(super) fn strangers(stage: &Stage) -> Result<Vec<String>, String> {
    let folders = files::list(&stage.folder.join("exercises"))?;
    let unknown = folders
        .into_iter()
        .filter(|path| path.is_dir())
        .filter(|path| {
            let name = files::name(path);
            !stage
                .exercises
                .iter()
                .any(|exercise| exercise.target() == name)
        });
    Ok(unknown
        .map(|path| format!("{} is not in course.toml", path.display()))
        .collect())
}

fn entry(stage: &Stage, exercise: &Exercise) -> Vec<String> {
    let entry = &exercise.entry;
    let place = stage
        .exercises
        .iter()
        .position(|other| other.folder == exercise.folder);
    let expected = format!("{}.{}", stage.number, place.unwrap_or_default() + 1);
    let mut problems = Vec::new();
    if entry.id != expected {
        problems.push(format!(
            "its id should be {expected}: the stage's number, and its place in course.toml"
        ));
    }
    for (what, is_missing) in [
        ("title", entry.title.trim().is_empty()),
        ("points", entry.points == 0),
        ("minutes", entry.minutes == 0),
        (
            "hints",
            entry.hints.iter().all(|hint| hint.trim().is_empty()),
        ),
    ] {
        if is_missing {
            problems.push(format!("course.toml gives it no {what}"));
        }
    }
    problems
}

fn task(exercise: &Exercise) -> Vec<String> {
    let text = files::read(&exercise.folder.join("README.md")).unwrap_or_default();
    let mut problems = Vec::new();
    if text.trim().is_empty() {
        problems.push("it has no README.md with the task".to_owned());
    } else if !text.contains(&format!("cargo learn check {}", exercise.id())) {
        problems.push(format!(
            "README.md does not say `cargo learn check {}`",
            exercise.id()
        ));
    }
    problems
}

fn starter(exercise: &Exercise) -> Option<String> {
    let expected = match exercise.starter() {
        Ok(text) => text,
        Err(mistake) => return Some(mistake),
    };
    let found = match files::read(&exercise.file()) {
        Ok(text) => text,
        Err(mistake) => return Some(mistake),
    };
    let line = 1 + expected
        .lines()
        .zip(found.lines())
        .take_while(|(a, b)| a == b)
        .count();
    (expected != found).then(|| {
        format!(
            "{}:{line} differs from the starter that follows from solution.rs\n  the starter: {}\n  found:       {}\n`cargo learn reset {}` writes the starter, and keeps a copy",
            exercise.shown_file(),
            expected.lines().nth(line - 1).unwrap_or("(the end)"),
            found.lines().nth(line - 1).unwrap_or("(the end)"),
            exercise.id()
        )
    })
}

fn answers(exercise: &Exercise) -> Result<Vec<String>, String> {
    let (checks, wrong) = (exercise.checks()?, exercise.wrong_answers()?);
    let mut problems = Vec::new();
    if checks.len() < CHECKS {
        problems.push(format!(
            "check.rs has fewer than {CHECKS} checks: a wrong answer passes one, and fails one"
        ));
    }
    if wrong.len() < WRONG_ANSWERS {
        problems.push(format!("it has fewer than {WRONG_ANSWERS} wrong answers"));
    }
    let silent = checks.iter().filter(|check| check.about.is_empty());
    problems.extend(silent.map(|check| {
        format!(
            "check.rs: {} has no sentence that says what it checks",
            check.name
        )
    }));
    let named = |name: &str| checks.iter().any(|check| check.name == name);
    let unnamed = wrong.iter().filter(|answer| !named(&answer.caught_by));
    problems.extend(unnamed.map(|answer| {
        format!(
            "{}.rs: its first line is not `//! Caught by: ` and the name of a check",
            answer.name
        )
    }));
    problems.extend(
        ["exercise.rs", "solution.rs"]
            .into_iter()
            .filter_map(|file| ending(exercise, file)),
    );
    Ok(problems)
}

/// The checks belong to whatever has this line.
fn ending(exercise: &Exercise, file: &str) -> Option<String> {
    let text = files::read(&exercise.folder.join(file)).unwrap_or_default();
    let ends = text.trim_end().ends_with("#[cfg(test)]\nmod check;");
    (!ends).then(|| format!("{file} does not end with #[cfg(test)] mod check;"))
}

/// Whether Cargo.toml has the exercise as a test that plain `cargo test` leaves out.
fn target(stage: &Stage, exercise: &Exercise) -> Result<Option<String>, String> {
    let path = stage.folder.join("Cargo.toml");
    let manifest: Table = files::read(&path)?
        .parse()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let tests = manifest.get("test").and_then(|tests| tests.as_array());
    let name = exercise.target();
    let expected = format!("exercises/{name}/exercise.rs");
    let is_there = tests.is_some_and(|tests| {
        tests.iter().any(|test| {
            let text = |key| test.get(key).and_then(|value| value.as_str());
            let left_out = test.get("test").and_then(|value| value.as_bool()) == Some(false);
            text("name") == Some(name)
                && text("path").is_some_and(|path| Path::new(path) == Path::new(&expected))
                && left_out
        })
    });
    Ok((!is_there).then(|| {
        format!(
            "Cargo.toml has no [[test]] with name = \"{name}\", path = \"{expected}\", test = false"
        )
    }))
}
