//! `cargo learn solution`: for those who have one, and for those who ask twice.

use anstream::println;

use crate::Answer;
use crate::course::Course;
use crate::progress::Progress;
use crate::show::{bold, count};

pub(crate) fn solution(course: &Course, id: &str) -> Result<Answer, String> {
    let mut progress = Progress::load(course)?;
    let exercise = course.find(id)?;
    let id = exercise.id();
    let done = progress.of(exercise);
    if !done.passed && done.asked == 0 {
        progress.update(exercise, |done| done.asked = 1)?;
        let left = exercise.entry.hints.len().saturating_sub(done.hints);
        let hints = match left {
            0 => String::new(),
            left => format!(
                " `cargo learn hint {id}` has {} that you have not seen.",
                count(left, "hint")
            ),
        };
        println!("The checks of {id} have not passed yet.{hints}");
        println!("Ask again, and you get the solution.");
        return Ok(Answer::No);
    }
    if !done.passed {
        progress.update(exercise, |done| done.asked += 1)?;
    }
    println!(
        "{}\n",
        bold(format!("{id} {}: a solution", exercise.entry.title))
    );
    println!("{}", exercise.solution()?);
    let wrong: Vec<_> = exercise
        .wrong_answers()?
        .into_iter()
        .map(|wrong| wrong.name + ".rs")
        .collect();
    println!(
        "What others have written, and why it does not work, is beside it: {}.",
        wrong.join(", ")
    );
    Ok(Answer::Yes)
}
