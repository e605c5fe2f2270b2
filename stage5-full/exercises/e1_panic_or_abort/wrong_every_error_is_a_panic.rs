//! Caught by: who_was_aborted_is_not_started_again
//!
//! "The handle gives an error: the job has failed, so start it again." But an abort is no failure: somebody wanted it
//! to end. Here it comes back as often as it is stopped, which is the more annoying the more it is wanted gone.

use std::any::Any;

use stage5_full::task::JoinHandle;

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// The job has returned, when it had been started again so many times.
    Done { restarts: u32 },
    /// It has panicked each time. This is what the last panic said.
    GaveUp(String),
    #[allow(dead_code, reason = "this answer never says so")]
    /// Somebody has aborted it.
    Stopped,
}

/// Starts a job, and starts it again whenever it panics: `tries` times in all, at least once.
async fn keep_running(mut start: impl FnMut() -> JoinHandle<()>, tries: u32) -> Ended {
    let mut last = String::new();
    for restarts in 0..tries {
        match start().await {
            Ok(()) => return Ended::Done { restarts },
            Err(error) => match error.try_into_panic() {
                Ok(panic) => last = text(&*panic),
                Err(error) => last = error.to_string(),
            },
        }
    }
    Ended::GaveUp(last)
}

/// What a panic said.
fn text(panic: &(dyn Any + Send)) -> String {
    if let Some(literal) = panic.downcast_ref::<&str>() {
        return literal.to_string();
    }
    let formatted = panic.downcast_ref::<String>().cloned();
    formatted.unwrap_or_else(|| "something that is no text".into())
}

#[cfg(test)]
mod check;
