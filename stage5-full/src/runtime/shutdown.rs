//! How a runtime ends.
//!
//! ```text
//!   1. closing     is set: no worker takes another task; what is spawned from now on is dropped at once
//!   2. the queues  are closed and emptied: tasks that were never polled are dropped here
//!   3. workers     are notified; each one drops the tasks of its list, then what those have woken, then its reactor
//!   4. threads     are waited for, as long as the caller wishes
//! ```
//!
//! Every future is dropped exactly once, by whoever gets hold of it through the task's state word. If another worker polls it just
//! then, that one drops it when its poll returns. If a poll never returns, its thread is left behind, and the future with it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::builder::Settings;
use super::shared::Shared;

impl Shared {
    /// Steps 1 to 3.
    // region: begin_shutdown
    pub(super) fn begin_shutdown(&self) {
        if !self.close() {
            return;
        }
        for task in self.injection.close() {
            task.cancel();
        }
        self.blocking.close();
        self.idle.close();
        for worker in 0..self.seats.len() {
            self.notify(worker);
        }
    }
    // endregion: begin_shutdown
}

/// The threads that a runtime has started and that have not ended.
#[derive(Debug, Default)]
pub(super) struct Threads(Arc<Started>);

#[derive(Debug, Default)]
struct Started {
    threads: Mutex<Running>,
    one_ended: Condvar,
}

#[derive(Debug, Default)]
struct Running {
    alive: usize,
    handles: Vec<thread::JoinHandle<()>>,
}

impl Threads {
    /// Starts a thread. `purpose` becomes part of its name.
    pub(super) fn start(
        &self,
        settings: &Settings,
        purpose: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let mut builder =
            thread::Builder::new().name(format!("{}-{purpose}", settings.thread_name));
        if let Some(bytes) = settings.thread_stack_size {
            builder = builder.stack_size(bytes);
        }
        self.0.lock().alive += 1;
        // Dropped with the closure, also if the thread cannot be started.
        let ended = Ended(self.0.clone());
        let handle = builder.spawn(move || {
            let _ended = ended;
            body();
        })?;
        let mut running = self.0.lock();
        running.handles.retain(|handle| !handle.is_finished());
        running.handles.push(handle);
        Ok(())
    }

    /// Waits until all threads have ended, at most for `limit`. False if some have not.
    // region: join
    pub(super) fn join(&self, limit: Option<Duration>) -> bool {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut running = self.0.lock();
        while running.alive > 0 {
            running = match deadline {
                None => self
                    .0
                    .one_ended
                    .wait(running)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    let waited = self.0.one_ended.wait_timeout(running, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        for handle in std::mem::take(&mut running.handles) {
            // They have left their last function, so this takes no time. A worker that panicked has said so on stderr.
            let _ = handle.join();
        }
        true
    }
    // endregion: join
}

impl Started {
    fn lock(&self) -> MutexGuard<'_, Running> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped as the last thing a thread does.
struct Ended(Arc<Started>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.lock().alive -= 1;
        self.0.one_ended.notify_all();
    }
}
