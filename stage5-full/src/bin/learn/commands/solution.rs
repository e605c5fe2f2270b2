//! `cargo learn solution`: for those who have one, and for those who ask twice.

use anstream::println;

use crate::Answer;
use crate::course::{Course, Exercise};
use crate::progress::Progress;
use crate::show::{bold, count};

pub(crate) fn solution(course: &Course, id: &str) -> Result<Answer, String> {
    let mut progress = Progress::load(course)?;
    let exercise = course.find(id)?;
    let done = progress.of(exercise);
    if !done.passed {
        progress.update(exercise, |done| done.asked += 1)?;
    }
    if !done.passed && done.asked == 0 {
        keep_back(exercise, done.hints);
        return Ok(Answer::No);
    }
    println!(
        "{}\n",
        bold(format!(
            "{} {}: a solution",
            exercise.id(),
            exercise.entry.title
        ))
    );
    println!("{}", exercise.solution()?);
    let wrong = exercise.wrong_answers()?.into_iter();
    let wrong: Vec<_> = wrong.map(|answer| answer.name + ".rs").collect();
    println!(
        "What others have written, and why it does not work, is beside it: {}.",
        wrong.join(", ")
    );
    Ok(Answer::Yes)
}

fn keep_back(exercise: &Exercise, seen: usize) {
    let id = exercise.id();
    println!("The checks of {id} have not passed yet.");
    match exercise.entry.hints.len().saturating_sub(seen) {
        0 => {}
        left => println!(
            "`cargo learn hint {id}` has {} that you have not seen.",
            count(left, "hint")
        ),
    }
    println!("Ask again, and you get the solution.");
}
