//! Exercise 3.4: the first of two futures. The task is in README.md.
// starter| #![allow(unused, reason = "until `race` is written")]
// starter end

use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs both until one is done; gives its value, and drops the other. In a draw, `a` wins.
fn race<T, A, B>(a: A, b: B) -> Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    let (a, b) = (Box::pin(a), Box::pin(b));
    // starter| Race { a, b }
    Race(Some((a, b)))
    // starter end
}

/// The future that `race` returns.
// starter| struct Race<A, B> {
// starter|     a: Pin<Box<A>>,
// starter|     b: Pin<Box<B>>,
// starter| }
///
/// `None` when the race is over.
struct Race<A, B>(Option<Runners<A, B>>);

type Runners<A, B> = (Pin<Box<A>>, Pin<Box<B>>);
// starter end

impl<T, A, B> Future for Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        // starter| todo!("who has won, and what becomes of the other?")
        let (a, b) = self.0.as_mut().expect("polled after it was ready");
        let mut polled = a.as_mut().poll(cx);
        if polled.is_pending() {
            polled = b.as_mut().poll(cx);
        }
        if polled.is_ready() {
            self.0 = None;
        }
        polled
        // starter end
    }
}

#[cfg(test)]
mod check;
