//! Exercise 3.1: a future by hand. The task is in README.md.
#![allow(unused, reason = "until `poll` is written")]

use std::pin::Pin;
use std::task::{Context, Poll};

/// The future that [`after`] returns.
struct After<T> {
    /// How many more polls are to return `Pending`.
    turns: usize,
    /// What the next poll after those gives.
    value: Option<T>,
}

/// `Pending` so many times, then `Ready(value)`.
fn after<T>(turns: usize, value: T) -> After<T> {
    let value = Some(value);
    After { turns, value }
}

impl<T: Unpin> Future for After<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<T> {
        let After { turns, value } = self.get_mut();
        todo!("which answer, while there are turns left, and after that?")
    }
}

#[cfg(test)]
mod check;
