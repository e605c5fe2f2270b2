//! The run queue of one worker: a ring that its owner fills and empties and that others may rob.
//!
//! ```text
//!                 head: two counters in one word                  tail
//!               ┌──────────┬───────────┐                           │
//!               │  freed   │  claimed  │                           │
//!               └────┬─────┴─────┬─────┘                           │
//!                    ▼           ▼                                 ▼
//!   ┌───┬───┬───┬────┬────┬──────┬────┬────┬────┬────┬────┬────┬──────┬───┐
//!   │   │   │   │ A  │ B  │  C   │ D  │ E  │ F  │ G  │ H  │ I  │      │   │
//!   └───┴───┴───┴────┴────┴──────┴────┴────┴────┴────┴────┴────┴──────┴───┘
//!      free      a thief is       queued: to be claimed by whoever      free
//!                copying these    moves `claimed` first
//! ```
//!
//! * Only the owner pushes: it writes the slot, then moves `tail`. No read-modify-write is needed.
//! * Owner and thieves **claim a slot by compare-and-swap before they read it**. A slot is two words (an
//!   `Arc<dyn Run>`), and two words cannot be read racily and thrown away if the race was lost.
//! * A thief claims half of what there is at once. While it copies, `freed` stays behind, so that the owner
//!   does not write over what is being read. There is one thief at a time; a second one goes elsewhere.
//!
//! Invariant: `freed <= claimed <= tail <= freed + CAPACITY`, counted with wrap-around. Slots from `claimed` to `tail` are
//! full and belong to the queue, those before belong to who claimed them, and those from `tail` on to the owner.
//!
//! A ring for each worker, of which thieves take half, is Go's design; two counters in the head are tokio's.

use std::array;
use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::sync::{AtomicU32, AtomicU64, UnsafeCell};

#[cfg(all(test, stages_loom))]
mod model;
#[cfg(all(test, not(stages_loom)))]
mod tests;

/// A queue for at most `CAPACITY` values (a power of two): the end of its owner, and the end of thieves.
pub(crate) fn ring<T: Send, const CAPACITY: usize>() -> (RunQueue<T, CAPACITY>, Stealer<T, CAPACITY>)
{
    const { assert!(CAPACITY.is_power_of_two() && CAPACITY <= 1 << 16) };
    let ring = Arc::new(Ring {
        head: AtomicU64::new(0),
        tail: AtomicU32::new(0),
        slots: array::from_fn(|_| UnsafeCell::new(MaybeUninit::uninit())),
    });
    let owner = RunQueue {
        ring: ring.clone(),
        one_thread: PhantomData,
    };
    (owner, Stealer { ring })
}

/// The owner's end. It can be sent to another thread, but not shared or cloned.
pub(crate) struct RunQueue<T, const CAPACITY: usize> {
    ring: Arc<Ring<T, CAPACITY>>,
    one_thread: PhantomData<std::cell::Cell<()>>,
}

/// The thieves' end.
pub(crate) struct Stealer<T, const CAPACITY: usize> {
    ring: Arc<Ring<T, CAPACITY>>,
}

struct Ring<T, const CAPACITY: usize> {
    /// See [`Head`].
    head: AtomicU64,
    /// Where the owner will push next. Only the owner writes it.
    tail: AtomicU32,
    slots: [UnsafeCell<MaybeUninit<T>>; CAPACITY],
}

/// What the word `head` holds.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head {
    /// All slots before this one may be written again.
    freed: u32,
    /// The next slot to be claimed. Equal to `freed` when no thief is copying.
    claimed: u32,
}

impl Head {
    fn unpack(word: u64) -> Self {
        Head {
            freed: (word >> 32) as u32,
            claimed: word as u32,
        }
    }

    fn pack(self) -> u64 {
        u64::from(self.freed) << 32 | u64::from(self.claimed)
    }

    fn is_being_robbed(self) -> bool {
        self.freed != self.claimed
    }
}

impl<T: Send, const CAPACITY: usize> RunQueue<T, CAPACITY> {
    /// Puts a value at the tail, or gives it back if the ring is full.
    // region: push
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        // Ordering: Acquire, so that a thief has finished reading what we may now write over.
        let head = Head::unpack(self.ring.head.load(Acquire));
        // Ordering: Relaxed, since nobody else writes the tail.
        let tail = self.ring.tail.load(Relaxed);
        if tail.wrapping_sub(head.freed) >= CAPACITY as u32 {
            return Err(value);
        }
        self.ring.slot(tail).with_mut(|slot| {
            // SAFETY: the slot at `tail` is the owner's: it is not full, and whoever had claimed it before has
            // left it, since `freed` is less than a round behind. We are the owner, on one thread.
            unsafe { (*slot).write(value) };
        });
        // Ordering: Release publishes the slot to those who load the tail with Acquire.
        self.ring.tail.store(tail.wrapping_add(1), Release);
        Ok(())
    }
    // endregion: push

    /// Takes the value at the head.
    // region: pop
    pub(crate) fn pop(&self) -> Option<T> {
        // Ordering: Relaxed, since the owner filled the slots itself; the exchange decides who gets one.
        let mut now = self.ring.head.load(Relaxed);
        loop {
            let head = Head::unpack(now);
            if head.claimed == self.ring.tail.load(Relaxed) {
                return None;
            }
            let claimed = head.claimed.wrapping_add(1);
            let freed = match head.is_being_robbed() {
                true => head.freed,
                false => claimed,
            };
            match self.ring.replace_head(now, Head { freed, claimed }) {
                Ok(()) => {
                    // SAFETY: we have just claimed this slot, and it was full.
                    return Some(unsafe { self.ring.take(head.claimed) });
                }
                Err(newer) => now = newer,
            }
        }
    }
    // endregion: pop

    /// Takes the older half of the queued values, all at once. None of them if a thief is at it.
    pub(crate) fn pop_half(&self, keep: impl FnMut(T)) {
        if let Some((first, count)) = self.ring.claim_half(CAPACITY) {
            // SAFETY: the slots are claimed, and each is taken once.
            let take = |index| unsafe { self.ring.take(first.wrapping_add(index)) };
            (0..count).map(take).for_each(keep);
            self.ring.free_claimed();
        }
    }

    /// How many more values the ring takes. Thieves can only make it more.
    pub(crate) fn room(&self) -> usize {
        let head = Head::unpack(self.ring.head.load(Acquire));
        CAPACITY - self.ring.tail.load(Relaxed).wrapping_sub(head.freed) as usize
    }

    /// How many values are queued. Thieves can only make it less.
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }
}

impl<T: Send, const CAPACITY: usize> Stealer<T, CAPACITY> {
    /// Takes half of the queued values, the older half: returns the first, pushes the others to `thief`, and says
    /// how many they are together. None if there is nothing, or if another thief is at it.
    // region: steal
    pub(crate) fn steal_into(&self, thief: &RunQueue<T, CAPACITY>) -> Option<(T, usize)> {
        let (first, count) = self.ring.claim_half(thief.room() + 1)?;
        // SAFETY: the slots `first..first + count` are claimed, and each is taken once.
        let value = unsafe { self.ring.take(first) };
        for index in 1..count {
            // SAFETY: as above.
            let value = unsafe { self.ring.take(first.wrapping_add(index)) };
            let pushed = thief.push(value);
            assert!(
                pushed.is_ok(),
                "invariant: a thief claims what it has room for"
            );
        }
        self.ring.free_claimed();
        Some((value, count as usize))
    }
    // endregion: steal

    /// How many values are queued, at some moment of the recent past.
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }
}

impl<T, const CAPACITY: usize> Ring<T, CAPACITY> {
    fn slot(&self, index: u32) -> &UnsafeCell<MaybeUninit<T>> {
        &self.slots[index as usize & (CAPACITY - 1)]
    }

    fn len(&self) -> usize {
        let head = Head::unpack(self.head.load(Acquire));
        let queued = self.tail.load(Acquire).wrapping_sub(head.claimed) as usize;
        // The two loads are not one: if the head was read long ago, the difference may be more than a round.
        queued.min(CAPACITY)
    }

    /// Claims the older half of the queue for one thief, at most `room` slots: the first one and how many.
    // region: claim
    fn claim_half(&self, room: usize) -> Option<(u32, u32)> {
        // Ordering: Acquire, so that the tail read next is not older than this head.
        let mut now = self.head.load(Acquire);
        loop {
            let head = Head::unpack(now);
            // Ordering: Acquire sees the slots that the owner has filled.
            let queued = self.tail.load(Acquire).wrapping_sub(head.claimed);
            let count = queued.div_ceil(2).min(room as u32);
            if count == 0 || head.is_being_robbed() {
                return None;
            }
            let next = Head {
                freed: head.freed,
                claimed: head.claimed.wrapping_add(count),
            };
            match self.replace_head(now, next) {
                Ok(()) => return Some((head.claimed, count)),
                Err(newer) => now = newer,
            }
        }
    }
    // endregion: claim

    /// The thief has copied what it claimed: the slots are free, and so are those the owner popped meanwhile.
    fn free_claimed(&self) {
        let mut now = self.head.load(Relaxed);
        loop {
            let claimed = Head::unpack(now).claimed;
            let next = Head {
                freed: claimed,
                claimed,
            };
            match self.replace_head(now, next) {
                Ok(()) => return,
                Err(newer) => now = newer,
            }
        }
    }

    /// Replaces the head if it is still `now`; else tells what it has become.
    ///
    /// It would go unnoticed if the counters had gone round completely meanwhile: 2^32 pushes between a load and
    /// its exchange.
    fn replace_head(&self, now: u64, next: Head) -> Result<(), u64> {
        if cfg!(stages_mutant = "queue_claims_without_exchange") {
            self.head.store(next.pack(), Release);
            return Ok(());
        }
        // Ordering: Release, so that the owner, who loads `freed` with Acquire before it writes a slot again, comes after our
        // reads; Acquire on failure, since the next attempt must see a tail that is not older.
        self.head
            .compare_exchange(now, next.pack(), AcqRel, Acquire)
            .map(drop)
    }

    /// # Safety
    ///
    /// The caller must have claimed the slot at `index` while it was full, and takes it once.
    unsafe fn take(&self, index: u32) -> T {
        // SAFETY: the slot is full, and nobody else reads or writes it before it is freed.
        self.slot(index)
            .with(|slot| unsafe { (*slot).assume_init_read() })
    }
}

// SAFETY: the ring hands each value over from the thread that pushed it to the one that claimed it, so `T: Send` is
// enough; the slots are accessed under the rules of `head` and `tail` only.
unsafe impl<T: Send, const CAPACITY: usize> Sync for Ring<T, CAPACITY> {}
// SAFETY: as above.
unsafe impl<T: Send, const CAPACITY: usize> Send for Ring<T, CAPACITY> {}

impl<T, const CAPACITY: usize> Drop for Ring<T, CAPACITY> {
    fn drop(&mut self) {
        let head = Head::unpack(self.head.load(Relaxed));
        let mut index = head.claimed;
        while index != self.tail.load(Relaxed) {
            // SAFETY: nobody else has the ring any more, and slots from `claimed` to `tail` are full.
            drop(unsafe { self.take(index) });
            index = index.wrapping_add(1);
        }
    }
}

impl<T, const CAPACITY: usize> fmt::Debug for RunQueue<T, CAPACITY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunQueue({} queued)", self.ring.len())
    }
}

impl<T, const CAPACITY: usize> fmt::Debug for Stealer<T, CAPACITY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stealer({} queued)", self.ring.len())
    }
}
