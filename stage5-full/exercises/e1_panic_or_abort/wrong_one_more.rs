//! Caught by: it_gives_up_after_so_many_tries
//!
//! "Start it, and then start it again `tries` times." So it is started once more than was asked for: two ways of
//! counting, and one of them in the documentation.

use std::any::Any;

use stage5_full::task::JoinHandle;

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// The job has returned, when it had been started again so many times.
    Done { restarts: u32 },
    /// It has panicked each time. This is what the last panic said.
    GaveUp(String),
    /// Somebody has aborted it.
    Stopped,
}

/// Starts a job, and starts it again whenever it panics: `tries` times in all, at least once.
async fn keep_running(mut start: impl FnMut() -> JoinHandle<()>, tries: u32) -> Ended {
    let mut last = String::new();
    for restarts in 0..=tries {
        match start().await {
            Ok(()) => return Ended::Done { restarts },
            Err(error) if error.is_cancelled() => return Ended::Stopped,
            Err(error) => last = text(&*error.into_panic()),
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
