//! What a learner asks for.

mod attempt;
mod check;
mod hint;
mod next;
mod overview;
mod own;
mod reset;
mod solution;
mod watch;

pub(crate) use check::check;
pub(crate) use hint::hint;
pub(crate) use overview::overview;
pub(crate) use reset::reset;
pub(crate) use solution::solution;
pub(crate) use watch::watch;

use crate::course::{Course, Exercise};
use crate::progress::Progress;

/// The exercise that is meant: the one of this name, or the first that is not done.
fn chosen<'a>(
    course: &'a Course,
    progress: &Progress,
    id: Option<&str>,
) -> Result<&'a Exercise, String> {
    match id {
        Some(id) => course.find(id),
        None => first_open(course, progress)
            .ok_or_else(|| "every exercise is done: say which one you mean".to_owned()),
    }
}

fn first_open<'a>(course: &'a Course, progress: &Progress) -> Option<&'a Exercise> {
    course
        .exercises()
        .find(|exercise| !progress.of(exercise).passed)
}
