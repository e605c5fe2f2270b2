//! Caught by: it_is_pending_once_for_each_turn
//!
//! The value is taken out first, since every answer seems to need it. A poll that returns `Pending`
//! drops it with its other local variables, and the next poll finds nothing.

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
        let value = value.take().expect("polled after it was ready");
        if *turns > 0 {
            *turns -= 1;
            return Poll::Pending;
        }
        Poll::Ready(value)
    }
}

#[cfg(test)]
mod check;
