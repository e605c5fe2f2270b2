//! The table of all sockets that are registered with a reactor.
//!
//! ```text
//!     token of an event               slots
//!     ┌────────────┬──────┐           ┌───┬───────────────┬────────┐
//!     │ generation │ slot ┼─────────► │ 0 │ generation 17 │ Source │
//!     └────────────┴──────┘           │ 1 │ (free)        │        │
//!                                     └───┴───────────────┴────────┘
//! ```
//!
//! Invariant: no socket ever gets an event of another. A token is a place in the table and the generation of who
//! lives there. An event that was taken from the OS before its socket was deregistered finds nobody, or a
//! successor of another generation.

use crate::driver::{Readiness, Token};
use crate::source::{Source, shut_down};
use crate::sync::{Mutex, lock};
use slab::Slab;
use std::io;
use std::sync::Arc;

/// All registered sockets of a reactor.
pub(crate) struct Sources<W> {
    table: Mutex<Table<W>>,
}

struct Table<W> {
    slots: Slab<(Generation, Arc<Source<W>>)>,
    next_generation: u32,
    shut_down: bool,
}

/// Tells who lives in a slot from who lived there before.
type Generation = u32;

/// The lower half of a token is the slot. On 64 bits that leaves 2³² generations: they would have to
/// wrap around between an event's leaving the OS and its delivery to be confused.
const SLOT_BITS: u32 = usize::BITS / 2;
const SLOT_MASK: usize = (1 << SLOT_BITS) - 1;

fn token(slot: usize, generation: Generation) -> Token {
    (generation as usize) << SLOT_BITS | slot
}

impl<W> Sources<W> {
    pub(crate) fn new() -> Self {
        Sources {
            table: Mutex::new(Table {
                slots: Slab::new(),
                next_generation: 0,
                shut_down: false,
            }),
        }
    }

    /// Gives a new source its place.
    pub(crate) fn insert(&self, id: u64) -> io::Result<(Token, Arc<Source<W>>)> {
        let source = Arc::new(Source::new(id));
        let mut table = lock(&self.table);
        if table.shut_down {
            return Err(shut_down());
        }
        let generation = table.next_generation & (usize::MAX >> SLOT_BITS) as u32;
        let slot = table.slots.vacant_key();
        // The greatest slot is never used, and with it the token of the driver's own waker.
        if slot >= SLOT_MASK {
            return Err(io::Error::other("the reactor's table of sockets is full"));
        }
        table.next_generation = generation.wrapping_add(1);
        table.slots.insert((generation, Arc::clone(&source)));
        Ok((token(slot, generation), source))
    }

    /// Frees the place.
    pub(crate) fn remove(&self, token: Token) -> Option<Arc<Source<W>>> {
        let mut table = lock(&self.table);
        let slot = token & SLOT_MASK;
        // After a shutdown the table is empty.
        table.slots.try_remove(slot).map(|(_, source)| source)
    }

    /// Lets `each` deliver the events that `events` feeds to it, with one lock of the table for all.
    pub(crate) fn deliver(
        &self,
        events: impl FnOnce(&mut dyn FnMut(Token, Readiness)),
        mut collect: impl FnMut(u64, Readiness, [Option<W>; 2]),
    ) -> usize {
        let table = lock(&self.table);
        let mut count = 0;
        events(&mut |token, readiness| {
            let Some((generation, source)) = table.slots.get(token & SLOT_MASK) else {
                return;
            };
            if *generation as usize != token >> SLOT_BITS {
                return;
            }
            count += 1;
            collect(source.id, readiness, source.event(readiness));
        });
        count
    }

    /// Whether anybody waits for one of them. It looks for one, as a count would have to be kept at each wait and each
    /// event. Mostly somebody waits for one of the first sockets, and then it does not look far.
    pub(crate) fn has_waiters(&self) -> bool {
        let table = lock(&self.table);
        let mut sources = table.slots.iter().map(|(_, (_, source))| source);
        sources.any(|source| source.has_waiter())
    }

    /// Empties the table for ever, and hands out whoever waits.
    pub(crate) fn shut_down(&self) -> Vec<W> {
        let mut table = lock(&self.table);
        table.shut_down = true;
        let slots = std::mem::take(&mut table.slots);
        drop(table);
        slots
            .into_iter()
            .flat_map(|(_, (_, source))| source.shut_down())
            .flatten()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_event_finds_nobody_and_not_the_successor() {
        let readable = Readiness {
            readable: true,
            ..Readiness::default()
        };
        let sources = Sources::<()>::new();
        let (former, _) = sources.insert(1).unwrap();
        sources.remove(former);
        let deliver = |token| sources.deliver(|each| each(token, readable), |_, _, _| {});
        assert_eq!(deliver(former), 0, "the slot is free");
        let (successor, _source) = sources.insert(2).unwrap();
        assert_eq!(
            former & SLOT_MASK,
            successor & SLOT_MASK,
            "the slot is reused"
        );
        assert_eq!(deliver(former), 0);
        assert_eq!(deliver(successor), 1);
    }
}
