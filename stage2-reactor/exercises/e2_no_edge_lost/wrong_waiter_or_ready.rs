//! Caught by: an_event_that_wakes_another_is_kept_too
//!
//! "Either somebody waits, then I wake it; or nobody does, then I remember." Whoever was woken is taken to read. But it may have
//! given up since it asked, and somebody else has just heard `WouldBlock`, and will ask for the event that has just been.

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
        self.events = self.events.wrapping_add(1);
        self.ready = self.waiter.is_none();
        self.waiter.take()
    }

    /// Somebody is about to make the system call. What this gives, it hands to `would_block`.
    fn before_attempt(&self) -> u32 {
        self.events
    }

    /// The system call has answered `WouldBlock`; `before` is what `before_attempt` gave.
    fn would_block(&mut self, before: u32) {
        if self.events == before {
            self.ready = false;
        }
    }

    /// `waiter` wants to sleep until the next event. `false`: it must attempt again instead.
    fn wait(&mut self, waiter: W) -> bool {
        if self.ready {
            return false;
        }
        self.waiter = Some(waiter);
        true
    }
}

#[cfg(test)]
mod check;
