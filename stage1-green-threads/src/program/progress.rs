//! A progress bar for runs that take longer than a second, on a terminal.
//!
//! It is drawn by whoever has just finished something: a thread of its own would be counted in the
//! ledger, and wake up a process that is meant to sleep.

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::heap;

/// Shorter runs show no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts replies, then hashes.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Absent where stderr is no terminal.
    bar: Option<Bar>,
}

#[derive(Debug)]
struct Bar {
    start: Instant,
    steps: u64,
    done: std::sync::atomic::AtomicU64,
    drawn: OnceLock<ProgressBar>,
}

impl Progress {
    /// For a run of `requests` requests that starts now.
    pub(crate) fn new(requests: usize) -> Self {
        let bar = stderr().is_terminal().then(|| Bar {
            start: Instant::now(),
            steps: requests as u64 * 2,
            done: 0.into(),
            drawn: OnceLock::new(),
        });
        Progress { bar }
    }

    pub(crate) fn fetched(&self, _ok: bool) {
        self.step();
    }

    pub(crate) fn hashed(&self) {
        self.step();
    }

    pub(crate) fn fetch_done(&self) {
        if let Some(bar) = self.bar.as_ref().and_then(|bar| bar.drawn.get()) {
            heap::uncounted(|| bar.set_message("hashing"));
        }
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar.as_ref().and_then(|bar| bar.drawn.get()) {
            heap::uncounted(|| bar.finish_and_clear());
        }
    }

    fn step(&self) {
        let Some(bar) = &self.bar else { return };
        // Ordering: a count for the eye.
        let done = bar.done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if bar.start.elapsed() < PATIENCE {
            return;
        }
        heap::uncounted(|| {
            let drawn = bar.drawn.get_or_init(|| draw(bar.steps));
            drawn.set_position(done);
        });
    }
}

fn draw(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>8} {bar:40} {percent}% {elapsed}");
    let bar = ProgressBar::new(steps).with_message("fetching");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
