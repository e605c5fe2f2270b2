//! Exercise 5.1: a panic is not an abort.
#![allow(unused, reason = "until the exercise is done")]

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
    todo!("wait for the job, and tell the three ways apart in which it can end")
}

/// What a panic said.
fn text(panic: &(dyn Any + Send)) -> String {
    todo!("`panic!` carries a &'static str or a String")
}

#[cfg(test)]
mod check;
