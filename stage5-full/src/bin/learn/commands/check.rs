//! `cargo learn check`: one attempt.

use anstream::println;

use super::attempt::{Attempt, attempt};
use super::chosen;
use super::next::{left_out, next_open};
use crate::Answer;
use crate::course::{Course, Exercise};
use crate::progress::Progress;
use crate::show::count;

pub(crate) async fn check(course: &Course, id: Option<&str>) -> Result<Answer, String> {
    let mut progress = Progress::load(course)?;
    let exercise = chosen(course, &progress, id)?;
    let attempt = attempt(course, exercise, &mut progress, None).await?;
    what_next(course, exercise, &progress, &attempt);
    Ok(match attempt {
        Attempt::Passed => Answer::Yes,
        Attempt::Failed(_) => Answer::No,
    })
}

/// What there is to do after an attempt.
pub(super) fn what_next(
    course: &Course,
    exercise: &Exercise,
    progress: &Progress,
    attempt: &Attempt,
) {
    let id = exercise.id();
    if *attempt == Attempt::Passed {
        println!("`cargo learn solution {id}` shows how we did it, for comparison.");
        show_next(course, exercise, progress);
        return;
    }
    let (seen, all) = (progress.of(exercise).hints, exercise.entry.hints.len());
    let hints = match all.saturating_sub(seen) {
        0 => "You have seen all hints".to_owned(),
        left if seen == 0 => format!("`cargo learn hint {id}` has {}", count(left, "hint")),
        left => format!("`cargo learn hint {id}` has {} more", count(left, "hint")),
    };
    println!(
        "{hints}; the task is in {}.",
        exercise.shown_file().replace("exercise.rs", "README.md")
    );
}

fn show_next(course: &Course, exercise: &Exercise, progress: &Progress) {
    let Some(next) = next_open(course, progress, exercise) else {
        println!("That was the last one: every exercise is done.");
        return;
    };
    let (id, title) = (next.id(), &next.entry.title);
    println!("Next: {id} {title} (`cargo learn watch {id}`).");
    let left_out = left_out(course, progress, exercise, next);
    if !left_out.is_empty() {
        println!("Left out in this stage so far: {}.", left_out.join(", "));
    }
}
