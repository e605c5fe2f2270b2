//! The timers of one reactor, earliest first.
//!
//! ```text
//!     heap (earliest deadline on top)              entries (a slab)
//!     ┌───────────────────────────┐                ┌───┬─────────────────────────┐
//!     │ 10:00.1  number 7  key 0  │ ─────────────► │ 0 │ number 7, waiter: W     │
//!     │ 10:00.4  number 4  key 2  │ ──┐            │ 1 │ (free)                  │
//!     │ 10:09.0  number 5  key 1  │ ──┼─ stale     │ 2 │ number 9, waiter: W     │
//!     └───────────────────────────┘   └─ stale     └───┴─────────────────────────┘
//! ```
//!
//! Most timers are timeouts that are cancelled long before they are due. So cancelling only frees the
//! entry; what it leaves in the heap is *stale*, and is thrown away when it comes to the top, or when
//! more than half of the heap is stale. There is no tick: the next deadline is the time to wait.
//!
//! Invariant: a heap item is live if and only if the entry at its key has its number. Numbers are
//! never used twice, and every entry that has not fired has exactly one live item.

use slab::Slab;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Instant;

/// Below this length a heap is not worth tidying up.
const COMPACT_FROM: usize = 64;

pub(super) struct Queue<W> {
    heap: BinaryHeap<Item>,
    entries: Slab<Entry<W>>,
    next_number: u64,
}

struct Entry<W> {
    number: u64,
    waiter: W,
}

/// Where a timer stands in the queue, until it has fired or been removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    key: usize,
    number: u64,
}

impl Position {
    /// The number of the timer, which no other timer of this queue ever has.
    pub(super) fn number(self) -> u64 {
        self.number
    }
}

/// Of timers with the same deadline, the one that was set first fires first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    deadline: Instant,
    position: Position,
}

impl Ord for Item {
    /// Reversed, as `BinaryHeap` has the greatest on top.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .deadline
            .cmp(&self.deadline)
            .then_with(|| other.position.number.cmp(&self.position.number))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<W> Queue<W> {
    pub(super) fn new() -> Self {
        Queue {
            heap: BinaryHeap::new(),
            entries: Slab::new(),
            next_number: 0,
        }
    }

    /// Adds a timer. The flag says that it is now the earliest.
    pub(super) fn insert(&mut self, deadline: Instant, waiter: W) -> (Position, bool) {
        let number = self.next_number;
        let key = self.entries.insert(Entry { number, waiter });
        self.push(deadline, key)
    }

    /// Gives a timer that has not fired another deadline. Its waiter stays where it is; its item in the heap becomes stale.
    pub(super) fn reinsert(&mut self, position: Position, deadline: Instant) -> (Position, bool) {
        self.entries[position.key].number = self.next_number;
        self.compact_if_stale();
        self.push(deadline, position.key)
    }

    /// An item for the entry at `key`, which has the next number.
    fn push(&mut self, deadline: Instant, key: usize) -> (Position, bool) {
        let number = self.next_number;
        self.next_number += 1;
        let position = Position { key, number };
        self.heap.push(Item { deadline, position });
        let earliest = self.heap.peek().is_some_and(|top| top.position == position);
        (position, earliest)
    }

    /// The waiter of a timer that has not fired.
    pub(super) fn waiter(&mut self, position: Position) -> Option<&mut W> {
        let entry = self.entries.get_mut(position.key)?;
        (entry.number == position.number).then_some(&mut entry.waiter)
    }

    /// Takes a timer out, if it has not fired. The caller drops the waiter when it holds no lock.
    // region: remove
    pub(super) fn remove(&mut self, position: Position) -> Option<W> {
        self.waiter(position)?;
        let entry = self.entries.remove(position.key);
        self.compact_if_stale();
        Some(entry.waiter)
    }
    // endregion: remove

    /// Costs as much as there are items, and happens after at least half as many have become stale.
    fn compact_if_stale(&mut self) {
        if self.heap.len() >= COMPACT_FROM && self.heap.len() > 2 * self.entries.len() {
            let entries = &self.entries;
            self.heap.retain(|item| is_live(entries, item.position));
        }
    }

    /// The earliest deadline.
    pub(super) fn next_deadline(&mut self) -> Option<Instant> {
        self.drop_stale();
        Some(self.heap.peek()?.deadline)
    }

    /// Takes out the earliest timer, if it is due.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(Position, W)> {
        self.drop_stale();
        let item = *self.heap.peek()?;
        if item.deadline > now {
            return None;
        }
        self.heap.pop();
        Some((item.position, self.entries.remove(item.position.key).waiter))
    }

    fn drop_stale(&mut self) {
        while let Some(top) = self.heap.peek()
            && !is_live(&self.entries, top.position)
        {
            self.heap.pop();
        }
    }

    /// Takes out everybody.
    pub(super) fn drain(&mut self) -> Vec<W> {
        self.heap.clear();
        self.entries.drain().map(|entry| entry.waiter).collect()
    }

    /// How many timers have neither fired nor been removed.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn is_live<W>(entries: &Slab<Entry<W>>, position: Position) -> bool {
    entries
        .get(position.key)
        .is_some_and(|entry| entry.number == position.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn drain_due(queue: &mut Queue<&'static str>, now: Instant) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop_due(now).map(|(_, waiter)| waiter)).collect()
    }

    #[test]
    fn timers_fire_in_order_of_deadline_and_then_of_setting() {
        let start = Instant::now();
        let mut queue = Queue::new();
        queue.insert(start + Duration::from_millis(2), "late");
        queue.insert(start + Duration::from_millis(1), "first of two");
        queue.insert(start + Duration::from_millis(1), "second of two");
        let now = start + Duration::from_millis(1);
        assert_eq!(
            drain_due(&mut queue, now),
            ["first of two", "second of two"]
        );
        assert_eq!(
            queue.next_deadline(),
            Some(start + Duration::from_millis(2))
        );
    }

    #[test]
    fn a_removed_timer_neither_fires_nor_is_waited_for() {
        let start = Instant::now();
        let mut queue = Queue::new();
        let (position, earliest) = queue.insert(start, "removed");
        assert!(earliest);
        assert_eq!(queue.remove(position), Some("removed"));
        assert_eq!(queue.remove(position), None);
        assert_eq!(queue.next_deadline(), None);
        assert!(drain_due(&mut queue, start).is_empty());
    }

    #[test]
    fn a_stale_item_does_not_stand_for_the_timer_that_took_its_place() {
        let start = Instant::now();
        let mut queue = Queue::new();
        let (position, _) = queue.insert(start, "removed");
        queue.remove(position);
        let (reused, _) = queue.insert(start + Duration::from_secs(1), "its successor");
        assert_eq!(reused.key, position.key);
        assert!(drain_due(&mut queue, start).is_empty());
        assert!(queue.waiter(position).is_none());
        assert!(queue.waiter(reused).is_some());
    }

    #[test]
    fn a_moved_timer_fires_once_at_its_new_deadline() {
        let start = Instant::now();
        let mut queue = Queue::new();
        let (former, _) = queue.insert(start, "moved");
        let (moved, _) = queue.reinsert(former, start + Duration::from_secs(1));
        assert!(drain_due(&mut queue, start).is_empty());
        assert_eq!(queue.remove(former), None, "its former place is no place");
        assert_eq!(
            drain_due(&mut queue, start + Duration::from_secs(2)),
            ["moved"]
        );
        assert_eq!(queue.remove(moved), None);
    }

    #[test]
    fn the_heap_stays_in_proportion_to_the_live_timers() {
        let start = Instant::now();
        let mut queue = Queue::new();
        queue.insert(start, "stays");
        let (mut moved, _) = queue.insert(start + Duration::from_secs(1), "moves");
        for second in 1..10_000 {
            let deadline = start + Duration::from_secs(second);
            let (position, _) = queue.insert(deadline, "goes");
            queue.remove(position);
            (moved, _) = queue.reinsert(moved, deadline);
        }
        assert!(queue.heap.len() <= COMPACT_FROM, "{}", queue.heap.len());
        assert_eq!(drain_due(&mut queue, start), ["stays"]);
        assert_eq!(queue.remove(moved), Some("moves"));
    }
}
