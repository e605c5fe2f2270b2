//! Where stacks are, for a signal handler that must tell an overflow from any other fault.
//!
//! A handler may take no lock, for whoever it interrupted may hold it. So this is a list to which
//! entries are only ever added:
//!
//! ```text
//!     HEAD ──► entry (free) ──► entry (start, end, slot size) ──► entry (…) ──► null
//! ```
//!
//! An entry that is no longer needed stays in the list with `start` 0, and is used again for another region.
//! An entry is changed only by the OS thread that has it.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

static HEAD: AtomicPtr<Entry> = AtomicPtr::new(ptr::null_mut());

/// Entries in the list that tell of no region.
static FREE: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());

/// One region: where it is, and into what it is cut.
pub(super) struct Entry {
    /// 0 while the entry is free.
    start: AtomicUsize,
    end: AtomicUsize,
    slot_size: AtomicUsize,
    /// Written before the entry is published, and never again.
    next: *const Entry,
}

// SAFETY: `next` is not changed once the entry is shared, and what it points at is never freed.
unsafe impl Sync for Entry {}
// SAFETY: as above; an entry belongs to no thread.
unsafe impl Send for Entry {}

/// Makes a region known.
pub(super) fn insert(start: usize, bytes: usize, slot_size: usize) -> &'static Entry {
    let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let entry = free.unwrap_or_else(add);
    // Ordering: a handler that sees `start` (Acquire) must see the other two.
    entry.end.store(start + bytes, Ordering::Relaxed);
    entry.slot_size.store(slot_size, Ordering::Relaxed);
    entry.start.store(start, Ordering::Release);
    entry
}

/// Forgets a region, before it is unmapped.
pub(super) fn remove(entry: &'static Entry) {
    // Ordering: the entry's next user publishes by its own store; a handler that still sees the
    // region interrupts somebody who faults in it, who has no business there.
    entry.start.store(0, Ordering::Release);
    FREE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(entry);
}

/// The slot that contains `address`: its lowest byte, and one past its highest. Safe in a signal
/// handler.
pub(super) fn slot_of(address: usize) -> Option<(usize, usize)> {
    // Ordering: Acquire, to see what was written before the entry was published (here), and the rest
    // of the entry before its `start` (below).
    let mut entry = HEAD.load(Ordering::Acquire).cast_const();
    while !entry.is_null() {
        // SAFETY: entries are never freed.
        let here = unsafe { &*entry };
        let start = here.start.load(Ordering::Acquire);
        let end = here.end.load(Ordering::Relaxed);
        if start != 0 && (start..end).contains(&address) {
            let size = here.slot_size.load(Ordering::Relaxed);
            let slot = start + (address - start) / size * size;
            return Some((slot, slot + size));
        }
        entry = here.next;
    }
    None
}

/// Puts another entry into the list, for ever.
fn add() -> &'static Entry {
    let mut head = HEAD.load(Ordering::Relaxed);
    let entry = Box::leak(Box::new(Entry {
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
        slot_size: AtomicUsize::new(1),
        next: head,
    }));
    // Ordering: Release, for the entry's fields. Nothing is ever taken out, so a head that compares
    // equal is the same list.
    while let Err(now) =
        HEAD.compare_exchange_weak(head, entry, Ordering::Release, Ordering::Relaxed)
    {
        head = now;
        entry.next = head;
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_finds_its_slot_until_the_region_is_removed() {
        // Addresses that no mapping can have.
        let start = usize::MAX / 2;
        let entry = insert(start, 3000, 1000);
        assert_eq!(slot_of(start), Some((start, start + 1000)));
        assert_eq!(slot_of(start + 1999), Some((start + 1000, start + 2000)));
        assert_eq!(slot_of(start + 3000), None);
        assert_eq!(slot_of(start - 1), None);
        remove(entry);
        assert_eq!(slot_of(start), None);
    }
}
