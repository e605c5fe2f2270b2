//! What the checks of this stage's exercises have in common. It comes after the lesson, and is none of it.

use std::panic;

use crate::explore::Explorer;

/// So many events are printed, the last ones.
const SHOWN: usize = 16;

/// Runs `program` on two virtual workers, under the schedule of `seed`, and fails the check that calls this if the program fails.
///
/// An explorer listens to the events itself, so it is here that the last of them are printed; but not after a panic, which has
/// said what was wrong where it began.
///
/// # Panics
///
/// If the program panics, is in a deadlock, or never ends.
#[track_caller]
pub fn explored<F>(seed: u64, program: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Err(failure) = Explorer::seed(seed).workers(2).run(program) else {
        return;
    };
    if let Some(message) = failure.reason.strip_prefix("panicked: ") {
        panic::resume_unwind(Box::new(message.to_owned()));
    }
    let events = &failure.events;
    let left_out = events.len().saturating_sub(SHOWN);
    let mut text = format!("The last of {} events:\n\n", events.len());
    for event in &events[left_out..] {
        text += &format!("  {event}\n");
    }
    panic!("{}\n\n{text}", failure.reason)
}
