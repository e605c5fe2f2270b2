//! `--dump-after`: where all tasks are, a while after the start of a run.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::trace::LiveTasks;

/// A dump that is to come, unless this is dropped before.
#[derive(Debug)]
pub(crate) struct Dump {
    _is_awaited: Sender<()>,
}

impl Dump {
    /// Prints `tasks` to stderr after `delay`.
    pub(crate) fn after(delay: Duration, tasks: LiveTasks) -> Self {
        let (is_awaited, dropped) = channel::<()>();
        thread::spawn(move || {
            if dropped.recv_timeout(delay) == Err(RecvTimeoutError::Timeout) {
                eprintln!("after {delay:?}, {tasks}");
            }
        });
        Dump {
            _is_awaited: is_awaited,
        }
    }
}
