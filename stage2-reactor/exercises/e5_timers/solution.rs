//! Exercise 2.5: timers without a tick.
// starter| #![allow(unused, reason = "until the exercise is done")]
// starter end

use std::collections::BTreeMap;
use std::time::Duration;

/// A moment: how long it is since the start.
type Moment = Duration;

// starter| /// Names one timer. What is in it is up to you.
// starter| #[derive(Clone, Copy, Debug)]
// starter| struct Key;
/// Names one timer: when it is due, and which of those it is that are due then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    deadline: Moment,
    number: u64,
}
// starter end

/// Who is to be woken, and when.
struct Timers<W> {
    // starter| waiters: BTreeMap<Moment, W>,
    waiters: BTreeMap<Key, W>,
    /// How many timers there have been.
    set: u64,
    // starter end
}

impl<W> Timers<W> {
    fn new() -> Self {
        Timers {
            waiters: BTreeMap::new(),
            // starter|
            set: 0,
            // starter end
        }
    }

    /// Wakes `waiter` at `deadline`.
    fn set(&mut self, deadline: Moment, waiter: W) -> Key {
        // starter| todo!("a map from moments to waiters has room for only one waiter at each moment")
        self.set += 1;
        let key = Key {
            deadline,
            number: self.set,
        };
        self.waiters.insert(key, waiter);
        key
        // starter end
    }

    /// Takes the timer back, and gives its waiter if it has not been woken yet.
    fn cancel(&mut self, key: Key) -> Option<W> {
        // starter| todo!("as if it had never been")
        self.waiters.remove(&key)
        // starter end
    }

    /// How many whole milliseconds the OS may sleep at the moment `now`. `None`: until something else happens.
    fn timeout_ms(&self, now: Moment) -> Option<u64> {
        // starter| todo!("until the next deadline, and not shorter: who wakes too early must sleep again")
        let (next, _) = self.waiters.first_key_value()?;
        let left = next.deadline.saturating_sub(now);
        Some(left.as_nanos().div_ceil(1_000_000) as u64)
        // starter end
    }

    /// Takes out whoever is due at the moment `now`: who was due first comes first.
    fn expire(&mut self, now: Moment) -> Vec<W> {
        // starter| todo!("nobody too early, nobody forgotten")
        let mut due = Vec::new();
        while let Some(first) = self.waiters.first_entry()
            && first.key().deadline <= now
        {
            due.push(first.remove());
        }
        due
        // starter end
    }
}

#[cfg(test)]
mod check;
