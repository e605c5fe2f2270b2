//! Exercise 2.5: timers without a tick.
#![allow(unused, reason = "until the exercise is done")]

use std::collections::BTreeMap;
use std::time::Duration;

/// A moment: how long it is since the start.
type Moment = Duration;

/// Names one timer. What is in it is up to you.
#[derive(Clone, Copy, Debug)]
struct Key;

/// Who is to be woken, and when.
struct Timers<W> {
    waiters: BTreeMap<Moment, W>,
}

impl<W> Timers<W> {
    fn new() -> Self {
        Timers {
            waiters: BTreeMap::new(),
        }
    }

    /// Wakes `waiter` at `deadline`.
    fn set(&mut self, deadline: Moment, waiter: W) -> Key {
        todo!("a map from moments to waiters has room for only one waiter at each moment")
    }

    /// Takes the timer back, and gives its waiter if it has not been woken yet.
    fn cancel(&mut self, key: Key) -> Option<W> {
        todo!("as if it had never been")
    }

    /// How many whole milliseconds the OS may sleep at the moment `now`. `None`: until something else happens.
    fn timeout_ms(&self, now: Moment) -> Option<u64> {
        todo!("until the next deadline, and not shorter: who wakes too early must sleep again")
    }

    /// Takes out whoever is due at the moment `now`: who was due first comes first.
    fn expire(&mut self, now: Moment) -> Vec<W> {
        todo!("nobody too early, nobody forgotten")
    }
}

#[cfg(test)]
mod check;
