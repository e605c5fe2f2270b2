//! `cargo learn`: how far you are.

use anstream::println;

use super::first_open;
use crate::Answer;
use crate::course::{Course, Exercise, Kind, Stage};
use crate::progress::{Done, Progress};
use crate::show::{bold, count, dim, fair, good};

pub(crate) fn overview(course: &Course) -> Result<Answer, String> {
    let progress = Progress::load(course)?;
    let titles = course
        .exercises()
        .map(|exercise| exercise.entry.title.chars().count());
    let width = titles.max().unwrap_or_default();
    for stage in &course.stages {
        show_stage(stage, &progress, width);
    }
    let all = points(course.exercises(), &progress);
    println!("{}\n", bold(format!("{} of {} points", all.0, all.1)));
    match first_open(course, &progress) {
        Some(next) => {
            let (id, readme) = (
                next.id(),
                next.shown_file().replace("exercise.rs", "README.md"),
            );
            println!("Next: {id} {}", next.entry.title);
            println!("Read {readme}, then `cargo learn watch {id}`.");
        }
        None => println!("Every exercise is done."),
    }
    println!("`cargo learn --help` lists what else there is.");
    Ok(Answer::Yes)
}

/// A table of the stage's exercises, with so much room for their titles.
fn show_stage(stage: &Stage, progress: &Progress, width: usize) {
    let (have, of) = points(stage.exercises.iter(), progress);
    let title = stage.title();
    println!(
        "{}",
        bold(format!("{title:<0$}{have:>4} of {of} points", width + 18))
    );
    for exercise in &stage.exercises {
        let entry = &exercise.entry;
        let kind = match entry.kind {
            Kind::Core => "core",
            Kind::Stretch => "stretch",
        };
        println!(
            "  {:5} {:width$} {kind:8} {:>3} min {:>3} points  {}",
            entry.id,
            entry.title,
            entry.minutes,
            entry.points,
            state(progress.of(exercise))
        );
    }
    println!();
}

fn state(done: Done) -> String {
    let mut state = match done {
        Done { passed: true, .. } => good("done"),
        Done { passing: 0, .. } => String::new(),
        Done { passing, .. } => fair(format!("{} so far", count(passing, "check"))),
    };
    if done.hints > 0 {
        state += &dim(format!(" {}", count(done.hints, "hint")));
    }
    state
}

/// The points that are earned, and those that there are.
fn points<'a>(exercises: impl Iterator<Item = &'a Exercise>, progress: &Progress) -> (u32, u32) {
    exercises.fold((0, 0), |(have, of), exercise| {
        let points = exercise.entry.points;
        let earned = if progress.of(exercise).passed {
            points
        } else {
            0
        };
        (have + earned, of + points)
    })
}
