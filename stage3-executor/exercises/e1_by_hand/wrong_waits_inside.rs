//! Caught by: it_is_pending_once_for_each_turn
//!
//! "Wait for so many turns" becomes a loop, as it would on a thread. But whoever loops inside `poll`
//! keeps the thread: no other task has a turn until this one is done.

use std::pin::Pin;
use std::task::{Context, Poll};

struct After<T> {
    turns: usize,
    value: Option<T>,
}

fn after<T>(turns: usize, value: T) -> After<T> {
    let value = Some(value);
    After { turns, value }
}

impl<T: Unpin> Future for After<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<T> {
        let After { turns, value } = self.get_mut();
        while *turns > 0 {
            *turns -= 1;
            std::thread::yield_now();
        }
        Poll::Ready(value.take().expect("polled after it was ready"))
    }
}

#[cfg(test)]
mod check;
