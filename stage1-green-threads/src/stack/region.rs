//! A mapping, cut into slots for stacks of one size.
//!
//! ```text
//!     start                                                            end
//!     ┌───────┬──────────────┬───────┬──────────────┬─────────────────────┐
//!     │ guard │ stack 0      │ guard │ stack 1      │ not carved yet  …   │
//!     └───────┴──────────────┴───────┴──────────────┴─────────────────────┘
//! ```
//!
//! An OS has a limit for mappings (Linux: 65,530 for a process, unless told otherwise), and a page
//! with a protection of its own is a mapping of its own. Where the OS can guard a page inside a mapping, a region
//! has many slots; elsewhere it has one.
//!
//! Invariant: a region lives as long as one of its stacks, and is in the registry for that time.

use std::cell::Cell;
use std::io;
use std::ptr::NonNull;
use std::rc::Rc;

use super::{Stack, registry, start_of, sys};

/// A region with many slots is about this large, or has one slot if that is larger.
const REGION_SIZE: usize = 4 * 1024 * 1024;

/// One mapping of the OS.
pub(super) struct Region {
    start: NonNull<u8>,
    /// A slot's size without its guard.
    stack_size: usize,
    slot_size: usize,
    slots: usize,
    carved: Cell<usize>,
    entry: &'static registry::Entry,
}

/// `bytes` rounded up to whole pages, and one page at least.
///
/// # Errors
///
/// If no address space could hold it.
pub(super) fn round_up(bytes: usize) -> io::Result<usize> {
    let page = sys::page_size();
    if bytes > usize::MAX / 4 {
        let what = format!("a stack of {bytes} bytes is larger than any address space");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    Ok((bytes.max(1) + page - 1) & !(page - 1))
}

/// How many stacks of `size` bytes a region should have.
pub(super) fn stacks_per_mapping(size: usize) -> usize {
    if !sys::can_guard_within_a_mapping() {
        return 1;
    }
    (REGION_SIZE / (sys::guard_size() + size)).max(1)
}

impl Region {
    /// Maps a region of so many slots, each with `size` bytes of stack.
    ///
    /// # Errors
    ///
    /// If the OS refuses.
    pub(super) fn map(size: usize, slots: usize) -> io::Result<Rc<Region>> {
        let slot_size = sys::guard_size() + size;
        let bytes = slot_size * slots;
        let start = sys::map(bytes).map_err(|error| explain(error, "map", bytes))?;
        Ok(Rc::new(Region {
            start,
            stack_size: size,
            slot_size,
            slots,
            carved: Cell::new(0),
            entry: registry::insert(start.as_ptr().expose_provenance(), bytes, slot_size),
        }))
    }

    /// Makes a stack of the next slot. There must be one.
    ///
    /// # Errors
    ///
    /// If the OS refuses a guard. The slot is not used up then.
    pub(super) fn carve(self: &Rc<Self>) -> io::Result<Stack> {
        let index = self.carved.get();
        assert!(index < self.slots, "a region with no slot left was kept");
        let slot = self.start.as_ptr().wrapping_add(index * self.slot_size);
        // SAFETY: the slot lies in our mapping, and nobody uses it.
        unsafe { sys::guard(slot, self.slot_size) }
            .map_err(|error| explain(error, "guard", self.stack_size()))?;
        self.carved.set(index + 1);
        let start = slot.map_addr(|slot| start_of(slot, slot + self.slot_size));
        Ok(Stack {
            // SAFETY: it lies inside of a mapping.
            start: unsafe { NonNull::new_unchecked(start) },
            region: Rc::clone(self),
        })
    }

    pub(super) fn has_room(&self) -> bool {
        self.carved.get() < self.slots
    }

    #[inline]
    pub(super) fn stack_size(&self) -> usize {
        self.stack_size
    }

    #[cfg(windows)]
    pub(super) fn slot_size(&self) -> usize {
        self.slot_size
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        registry::remove(self.entry);
        // SAFETY: each stack holds us, so there is none left.
        unsafe { sys::unmap(self.start, self.slot_size * self.slots) };
    }
}

/// Says what the OS refused.
fn explain(error: io::Error, what: &str, bytes: usize) -> io::Error {
    let text = format!(
        "cannot {what} a stack ({bytes} bytes): {error} (the process is out of memory, of address \
         space, or of mappings)"
    );
    io::Error::new(error.kind(), text)
}
