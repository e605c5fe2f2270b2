//! How a check fails whose program was run by an explorer: that one has listened to the events itself.

use std::panic;

/// So many events are printed, the last ones.
const SHOWN: usize = 16;

/// Fails the check that calls it: the program that it explored has failed, for this `reason`, after these `events`.
///
/// # Panics
///
/// Always. That is what it is for.
#[track_caller]
pub fn fail_explored(reason: &str, events: &[String]) -> ! {
    if let Some(message) = reason.strip_prefix("panicked: ") {
        // What it says was printed where the panic began, and tells more than the events.
        panic::resume_unwind(Box::new(message.to_owned()));
    }
    let left_out = events.len().saturating_sub(SHOWN);
    let mut text = format!("The last of {} events:\n\n", events.len());
    for event in &events[left_out..] {
        text += &format!("  {event}\n");
    }
    panic!("{reason}\n\n{text}")
}
