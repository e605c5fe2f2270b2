//! Exercise 5.1: a panic is not an abort.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

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
    // starter| todo!("wait for the job, and tell the three ways apart in which it can end")
    let mut last = String::new();
    for restarts in 0..tries {
        match start().await {
            Ok(()) => return Ended::Done { restarts },
            Err(error) if error.is_cancelled() => return Ended::Stopped,
            Err(error) => last = text(&*error.into_panic()),
        }
    }
    Ended::GaveUp(last)
    // starter end
}

/// What a panic said.
fn text(panic: &(dyn Any + Send)) -> String {
    // starter| todo!("`panic!` carries a &'static str or a String")
    if let Some(literal) = panic.downcast_ref::<&str>() {
        return literal.to_string();
    }
    let formatted = panic.downcast_ref::<String>().cloned();
    formatted.unwrap_or_else(|| "something that is no text".into())
    // starter end
}

#[cfg(test)]
mod check;
