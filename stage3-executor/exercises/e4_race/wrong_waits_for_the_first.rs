//! Caught by: the_second_can_win
//!
//! `ready!` looks like "if it is ready". It is "if not, return": the race waits for `a`, and looks
//! at `b` never.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

struct Race<A, B>(Option<Runners<A, B>>);

type Runners<A, B> = (Pin<Box<A>>, Pin<Box<B>>);

fn race<T, A, B>(a: A, b: B) -> Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    let (a, b) = (Box::pin(a), Box::pin(b));
    Race(Some((a, b)))
}

impl<T, A, B> Future for Race<A, B>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some((a, _)) = &mut self.0 {
            let value = ready!(a.as_mut().poll(cx));
            self.0 = None;
            return Poll::Ready(value);
        }
        if let Some((_, b)) = &mut self.0 {
            let value = ready!(b.as_mut().poll(cx));
            self.0 = None;
            return Poll::Ready(value);
        }
        panic!("polled after it was ready")
    }
}

#[cfg(test)]
mod check;
