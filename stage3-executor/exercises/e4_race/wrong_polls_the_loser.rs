//! Caught by: in_a_draw_the_first_wins_and_the_second_is_not_polled
//!
//! Both are polled and then compared. If both are ready, `b` has done its work too (it has taken a message
//! from a queue, say), and its value is thrown away: the message is lost.

use std::pin::Pin;
use std::task::{Context, Poll};

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
        let (a, b) = self.0.as_mut().expect("polled after it was ready");
        let polled = (a.as_mut().poll(cx), b.as_mut().poll(cx));
        let ((Poll::Ready(value), _) | (_, Poll::Ready(value))) = polled else {
            return Poll::Pending;
        };
        self.0 = None;
        Poll::Ready(value)
    }
}

#[cfg(test)]
mod check;
