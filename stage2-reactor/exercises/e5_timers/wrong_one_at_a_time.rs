//! Caught by: two_timers_may_have_one_deadline
//!
//! "A map from deadlines to waiters: sorted, and nothing to invent." In tests no two deadlines are equal. In a server
//! that sets ten timeouts in one turn, with one look at the clock, they are, and nine tasks sleep for ever.

use std::collections::BTreeMap;
use std::time::Duration;

/// A moment: how long it is since the start.
type Moment = Duration;

/// Names one timer: when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    deadline: Moment,
}

/// Who is to be woken, and when.
struct Timers<W> {
    waiters: BTreeMap<Key, W>,
}

impl<W> Timers<W> {
    fn new() -> Self {
        Timers {
            waiters: BTreeMap::new(),
        }
    }

    /// Wakes `waiter` at `deadline`.
    fn set(&mut self, deadline: Moment, waiter: W) -> Key {
        let key = Key { deadline };
        self.waiters.insert(key, waiter);
        key
    }

    /// Takes the timer back, and gives its waiter if it has not been woken yet.
    fn cancel(&mut self, key: Key) -> Option<W> {
        self.waiters.remove(&key)
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
            due.push(first.remove());
        }
        due
    }
}

#[cfg(test)]
mod check;
