//! Caught by: an_event_during_the_system_call_is_kept
//!
//! "`WouldBlock` means not ready." It did, when the system call looked. An event that came between that look and this
//! line is newer than the answer, and is wiped out here.

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
        self.ready = true;
        self.events = self.events.wrapping_add(1);
        self.waiter.take()
    }

    /// Somebody is about to make the system call. What this gives, it hands to `would_block`.
    fn before_attempt(&self) -> u32 {
        self.events
    }

    /// The system call has answered `WouldBlock`; `before` is what `before_attempt` gave.
    fn would_block(&mut self, before: u32) {
        let _ = before;
        self.ready = false;
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
