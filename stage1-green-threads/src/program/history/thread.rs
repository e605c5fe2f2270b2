//! What an OS thread is doing: from that follows on whose account a task is woken there.

use super::super::happening::Happening;
use super::{Cause, On};

/// What is known of an OS thread.
#[derive(Clone, Copy, Default)]
pub(super) struct Thread {
    pub(super) worker: Option<u32>,
    pub(super) running: Option<u64>,
    /// What the running task has said that it waits for.
    pub(super) waits_for: Option<On>,
    /// Whether it did anything else in this poll, or was asked to run by anybody.
    pub(super) has_done: bool,
    /// What the OS or the clock has reported here last, or which task ended, since one ran.
    pub(super) reported: Option<(u64, Cause)>,
}

impl Thread {
    /// Since when, and on whose account, something is woken here at this time.
    pub(super) fn cause(&self, at: u64) -> (u64, Cause) {
        match (self.running, self.reported) {
            (Some(task), _) => (at, Cause::Task(task)),
            (None, Some(reported)) => reported,
            (None, None) => (at, Cause::Outside),
        }
    }
}

impl Happening {
    /// Whether this shows that the running task did something besides waiting and queueing again.
    pub(super) fn is_more_than_a_poll_of(&self, running: u64) -> bool {
        match *self {
            Happening::Wait { .. } | Happening::Suspend { .. } => false,
            Happening::Enqueue { task, .. } | Happening::Wake { task } => task != running,
            _ => true,
        }
    }
}
