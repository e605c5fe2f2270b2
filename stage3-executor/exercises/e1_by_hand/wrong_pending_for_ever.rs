//! Caught by: polling_it_after_ready_panics_and_says_so
//!
//! "No value" is taken for "not ready". It looks careful, as nothing can panic; but a future that has
//! given its value and is polled by mistake now makes its task wait for ever, and nobody learns why.

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
        if *turns > 0 {
            *turns -= 1;
            return Poll::Pending;
        }
        match value.take() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod check;
