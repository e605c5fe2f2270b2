//! Exercise 3.4: the first of two futures. The task is in README.md.
#![allow(unused, reason = "until `race` is written")]

use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs both until one is done; gives its value, and drops the other. In a draw, `a` wins.
fn race<T, A, B>(a: A, b: B) -> Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    let (a, b) = (Box::pin(a), Box::pin(b));
    Race { a, b }
}

/// The future that `race` returns.
struct Race<A, B> {
    a: Pin<Box<A>>,
    b: Pin<Box<B>>,
}

impl<T, A, B> Future for Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        todo!("who has won, and what becomes of the other?")
    }
}

#[cfg(test)]
mod check;
