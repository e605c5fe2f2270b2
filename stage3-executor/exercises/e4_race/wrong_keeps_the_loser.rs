//! Caught by: the_loser_is_dropped_before_the_value_is_handed_out
//!
//! The loser is dropped, but with the `Race`. `.await` would do that soon; whoever holds the `Race` in a
//! struct or in a `join` meets the loser, with the connection that it holds, for as long as that lives.

use std::pin::Pin;
use std::task::{Context, Poll};

struct Race<A, B> {
    a: Pin<Box<A>>,
    b: Pin<Box<B>>,
}

fn race<T, A, B>(a: A, b: B) -> Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    let (a, b) = (Box::pin(a), Box::pin(b));
    Race { a, b }
}

impl<T, A, B> Future for Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.a.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(value),
            Poll::Pending => self.b.as_mut().poll(cx),
        }
    }
}

#[cfg(test)]
mod check;
