//! `cargo learn hint`: one more each time.

use anstream::println;

use super::chosen;
use crate::Answer;
use crate::course::Course;
use crate::progress::Progress;
use crate::show::{bold, dim};

pub(crate) fn hint(course: &Course, id: Option<&str>) -> Result<Answer, String> {
    let mut progress = Progress::load(course)?;
    let exercise = chosen(course, &progress, id)?;
    let (id, hints) = (exercise.id(), &exercise.entry.hints);
    let seen = progress.of(exercise).hints;
    let shown = (seen + 1).min(hints.len());
    println!("{}", bold(format!("{id} {}", exercise.entry.title)));
    for (index, hint) in hints[..shown].iter().enumerate() {
        let number = format!("Hint {} of {}:", index + 1, hints.len());
        let text = format!("{number} {hint}");
        match index < seen {
            true => println!("\n{}", dim(text)),
            false => println!("\n{text}"),
        }
    }
    progress.update(exercise, |done| done.hints = shown)?;
    match shown < hints.len() {
        true => println!("\n`cargo learn hint {id}` shows one more."),
        false => println!("\nThese are all hints. `cargo learn solution {id}` shows the solution."),
    }
    Ok(Answer::Yes)
}
