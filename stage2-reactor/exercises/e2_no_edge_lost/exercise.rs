//! Exercise 2.2: no edge is lost.
#![allow(unused, reason = "until the exercise is done")]

/// One direction of one socket, as the reactor remembers it. `W` is whoever waits for it.
struct Side<W> {
    /// Whether an attempt may succeed. At first nobody knows, so it is worth one.
    ready: bool,
    /// How many events there have been.
    events: u32,
    waiter: Option<W>,
}

impl<W> Side<W> {
    fn new() -> Self {
        Side {
            ready: true,
            events: 0,
            waiter: None,
        }
    }

    /// The OS has reported that the socket has become ready. Gives whom to wake.
    fn event(&mut self) -> Option<W> {
        todo!("remember it, and give whoever waits")
    }

    /// Somebody is about to make the system call. What this gives, it hands to `would_block`.
    fn before_attempt(&self) -> u32 {
        todo!("what would tell `would_block` whether there was an event in between?")
    }

    /// The system call has answered `WouldBlock`; `before` is what `before_attempt` gave.
    fn would_block(&mut self, before: u32) {
        todo!("remember that the socket is not ready, if that is still so")
    }

    /// `waiter` wants to sleep until the next event. `false`: it must attempt again instead.
    fn wait(&mut self, waiter: W) -> bool {
        todo!("remember who waits, unless an attempt may succeed")
    }
}

#[cfg(test)]
mod check;
