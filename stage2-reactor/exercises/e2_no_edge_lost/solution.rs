//! Exercise 2.2: no edge is lost.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

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
        // starter| todo!("remember it, and give whoever waits")
        self.ready = true;
        self.events = self.events.wrapping_add(1);
        self.waiter.take()
        // starter end
    }

    /// Somebody is about to make the system call. What this gives, it hands to `would_block`.
    fn before_attempt(&self) -> u32 {
        // starter| todo!("what would tell `would_block` whether there was an event in between?")
        self.events
        // starter end
    }

    /// The system call has answered `WouldBlock`; `before` is what `before_attempt` gave.
    fn would_block(&mut self, before: u32) {
        // starter| todo!("remember that the socket is not ready, if that is still so")
        if self.events == before {
            self.ready = false;
        }
        // starter end
    }

    /// `waiter` wants to sleep until the next event. `false`: it must attempt again instead.
    fn wait(&mut self, waiter: W) -> bool {
        // starter| todo!("remember who waits, unless an attempt may succeed")
        if self.ready {
            return false;
        }
        self.waiter = Some(waiter);
        true
        // starter end
    }
}

#[cfg(test)]
mod check;
