//! Exercise 3.3: two futures as one, ready when both are. The task is in README.md.
#![allow(unused, reason = "until `join` is written")]

use std::future::poll_fn;
use std::task::Poll;

/// Polls both futures until both are done; gives both values.
async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    todo!("poll `a` and `b`, each until it is done")
}

#[cfg(test)]
mod check;
