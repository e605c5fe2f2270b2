//! Caught by: a_cancelled_timer_does_not_end_the_sleep
//!
//! Cancelling only marks, and whoever is marked is skipped when its time comes. A good idea, as long as the *sleep*
//! skips it too: here the OS thread wakes up for every time limit that was not needed.

use std::collections::BTreeMap;
use std::time::Duration;

/// A moment: how long it is since the start.
type Moment = Duration;

/// Names one timer: when it is due, and which of those it is that are due then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    deadline: Moment,
    number: u64,
}

/// Who is to be woken, and when.
struct Timers<W> {
    waiters: BTreeMap<Key, Option<W>>,
    /// How many timers there have been.
    set: u64,
}

impl<W> Timers<W> {
    fn new() -> Self {
        Timers {
            waiters: BTreeMap::new(),
            set: 0,
        }
    }

    /// Wakes `waiter` at `deadline`.
    fn set(&mut self, deadline: Moment, waiter: W) -> Key {
        self.set += 1;
        let key = Key {
            deadline,
            number: self.set,
        };
        self.waiters.insert(key, Some(waiter));
        key
    }

    /// Takes the timer back, and gives its waiter if it has not been woken yet.
    fn cancel(&mut self, key: Key) -> Option<W> {
        self.waiters.get_mut(&key)?.take()
    }

    /// How many whole milliseconds the OS may sleep at the moment `now`. `None`: until something else happens.
    fn timeout_ms(&self, now: Moment) -> Option<u64> {
        let (next, _) = self.waiters.first_key_value()?;
        let left = next.deadline.saturating_sub(now);
        Some(left.as_nanos().div_ceil(1_000_000) as u64)
    }

    /// Takes out whoever is due at the moment `now`: who was due first comes first.
    fn expire(&mut self, now: Moment) -> Vec<W> {
        let mut due = Vec::new();
        while let Some(first) = self.waiters.first_entry()
            && first.key().deadline <= now
        {
            due.extend(first.remove());
        }
        due
    }
}

#[cfg(test)]
mod check;
