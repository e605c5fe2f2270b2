//! That `block_on` runs, and is not called inside itself.

use std::cell::Cell;

/// Whether an executor's `block_on` runs. Stage 4's executor has the same question.
#[derive(Debug, Default)]
pub struct Running(Cell<bool>);

/// `block_on` runs until this is dropped, be it by a panic.
#[derive(Debug)]
#[must_use = "block_on runs only while its guard is alive"]
pub struct RunningGuard<'executor>(&'executor Cell<bool>);

impl Running {
    /// `block_on` begins.
    ///
    /// # Panics
    ///
    /// If it runs already.
    pub fn begin(&self) -> RunningGuard<'_> {
        assert!(
            !self.0.replace(true),
            "block_on was called by a future that block_on runs: use `.await` there, or `spawn`"
        );
        RunningGuard(&self.0)
    }

    /// Whether it runs.
    pub fn get(&self) -> bool {
        self.0.get()
    }
}

impl Drop for RunningGuard<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
