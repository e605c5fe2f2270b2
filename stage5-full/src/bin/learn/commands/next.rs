//! Which exercise comes after one.

use crate::course::{Course, Exercise, Kind};
use crate::progress::Progress;

/// The next to do after `exercise`: first come those behind it in its stage, then what everybody should do of those before it,
/// then the stages behind, and at last all that was left out.
pub(super) fn next_open<'a>(
    course: &'a Course,
    progress: &Progress,
    exercise: &Exercise,
) -> Option<&'a Exercise> {
    let all: Vec<&Exercise> = course.exercises().collect();
    let here = all
        .iter()
        .position(|other| other.folder == exercise.folder)?;
    let (before, behind) = all.split_at(here);
    let same_stage = |other: &&&Exercise| other.package == exercise.package;
    let is_core = |other: &&&Exercise| other.entry.kind == Kind::Core;
    let in_stage = behind.iter().filter(same_stage);
    in_stage
        .chain(before.iter().filter(same_stage).filter(is_core))
        .chain(behind)
        .chain(before)
        .copied()
        .find(|other| !progress.of(other).passed)
}

/// The ids of those before `exercise` in its stage that are not done, but for `next`.
pub(super) fn left_out<'a>(
    course: &'a Course,
    progress: &Progress,
    exercise: &Exercise,
    next: &Exercise,
) -> Vec<&'a str> {
    let stage = course.exercises();
    let stage = stage.filter(|other| other.package == exercise.package);
    stage
        .take_while(|other| other.folder != exercise.folder)
        .filter(|other| other.folder != next.folder && !progress.of(other).passed)
        .map(Exercise::id)
        .collect()
}
