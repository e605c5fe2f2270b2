//! What the two sides of a channel for one value share: a state word, and three cells that it guards.
//!
//! ```text
//!          3                 2                 1                0
//!   ┌────────────────┬───────────────┬────────────────┬──────────────┐
//!   │ RECEIVER_WAITS │ SENDER_WAITS  │ RECEIVER_ENDED │ SENDER_ENDED │
//!   └────────────────┴───────────────┴────────────────┴──────────────┘
//!
//!   cell            belongs to
//!   value           the sender; to the receiver from SENDER_ENDED on
//!   a side's waker  that side; while its WAITS is set, to the other one once that has ended
//! ```
//!
//! Both sides play the same part: a side may *wait* until the other one *ends*. A sender ends when it sends its value, or goes without;
//! a receiver when it closes the channel, or goes.
//!
//! * **No end is missed.** To end is to set a bit; to begin to wait is an exchange that fails once the other side has ended. So the one
//!   that ends finds the waiter's waker, or there is no waiter.
//! * **No value is lost.** To send is an exchange too, which fails once the receiver has ended: then the sender
//!   keeps its value. So a receiver that has closed the channel knows for good whether there is one.
//! * A waker's cell is full only while its WAITS is set, and a side that is woken leaves that set: the cell is not its own any more.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::task::{Context, Poll, Waker};

use crate::sync::{AtomicUsize, UnsafeCell};

#[cfg(all(test, stages_loom))]
mod model;

pub(super) struct Shared<T> {
    state: AtomicUsize,
    value: UnsafeCell<Option<T>>,
    sender_waker: UnsafeCell<Option<Waker>>,
    receiver_waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: the word gives each cell to one side at a time, and its transitions order their accesses. All that goes from thread
// to thread is a `T` (and wakers, which may).
unsafe impl<T: Send> Sync for Shared<T> {}

/// Whoever calls an unsafe method says which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Sender,
    Receiver,
}

const SENDER_ENDED: usize = 1;
const RECEIVER_ENDED: usize = 1 << 1;

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Sender => Side::Receiver,
            Side::Receiver => Side::Sender,
        }
    }

    fn ended(self) -> usize {
        match self {
            Side::Sender => SENDER_ENDED,
            Side::Receiver => RECEIVER_ENDED,
        }
    }

    fn waits(self) -> usize {
        self.ended() << 2
    }
}

impl<T> Shared<T> {
    pub(super) fn new() -> Self {
        Shared {
            state: AtomicUsize::new(0),
            value: UnsafeCell::new(None),
            sender_waker: UnsafeCell::new(None),
            receiver_waker: UnsafeCell::new(None),
        }
    }

    /// Whether a side has ended.
    pub(super) fn has_ended(&self, side: Side) -> bool {
        // Ordering: Acquire sees what that side has left in the cells.
        self.state.load(Acquire) & side.ended() != 0
    }

    /// Sends the value and ends; or gives it back, if the receiver has ended.
    ///
    /// # Safety
    ///
    /// The caller is the sender, and has not ended.
    // region: send
    pub(super) unsafe fn send(&self, value: T) -> Result<(), T> {
        // SAFETY: the caller is the sender.
        drop(unsafe { self.stop_waiting(Side::Sender) });
        // SAFETY: the sender has not ended, so the cell is its own.
        self.value.with_mut(|cell| unsafe { *cell = Some(value) });
        match self.change_unless_ended(Side::Receiver, |now| now | SENDER_ENDED) {
            Ok(before) => {
                self.wake_other(Side::Sender, before);
                Ok(())
            }
            Err(_) => {
                // SAFETY: as above.
                let unsent = self.value.with_mut(|cell| unsafe { (*cell).take() });
                unsent.map_or(Ok(()), Err)
            }
        }
    }
    // endregion: send

    /// Takes out what was sent, if anything was.
    ///
    /// # Safety
    ///
    /// The caller is the receiver.
    pub(super) unsafe fn take_value(&self) -> Option<T> {
        if !self.has_ended(Side::Sender) {
            return None;
        }
        // SAFETY: the sender has ended, so the cell is the receiver's.
        self.value.with_mut(|cell| unsafe { (*cell).take() })
    }

    /// Ends a side, and wakes the other one if that waits. To end again changes nothing.
    ///
    /// # Safety
    ///
    /// The caller is this side.
    pub(super) unsafe fn end(&self, side: Side) {
        // SAFETY: the caller is this side.
        drop(unsafe { self.stop_waiting(side) });
        // Ordering: Release, so that whoever sees the end also sees the cells as this side has left them; Acquire sees the
        // other one's waker.
        let before = self.state.fetch_or(side.ended(), AcqRel);
        self.wake_other(side, before);
    }

    /// Ready if one of the two sides has ended. If not, the waker is called when the other one does; of several wakers the
    /// latest counts.
    ///
    /// # Safety
    ///
    /// The caller is this side.
    // region: poll_ended
    pub(super) unsafe fn poll_ended(&self, side: Side, cx: &Context<'_>) -> Poll<()> {
        // SAFETY: the caller is this side.
        let _former = unsafe { self.stop_waiting(side) };
        if self.has_ended(side) || self.has_ended(side.other()) {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        // SAFETY: WAITS is clear, so the cell is the caller's.
        self.waker(side)
            .with_mut(|cell| unsafe { *cell = Some(waker) });
        let waits = self.change_unless_ended(side.other(), |now| now | side.waits());
        if waits.is_ok() || cfg!(stages_mutant = "oneshot_waits_after_the_end") {
            return Poll::Pending;
        }
        // SAFETY: as above.
        let _unused = self.waker(side).with_mut(|cell| unsafe { (*cell).take() });
        Poll::Ready(())
    }
    // endregion: poll_ended

    /// Takes the waker back, unless the other side has ended and takes it.
    ///
    /// # Safety
    ///
    /// The caller is this side.
    unsafe fn stop_waiting(&self, side: Side) -> Option<Waker> {
        // Ordering: Relaxed: this bit is changed by this side only. The usual case costs no read-modify-write.
        if self.state.load(Relaxed) & side.waits() == 0 {
            return None;
        }
        self.change_unless_ended(side.other(), |now| now & !side.waits())
            .ok()?;
        // SAFETY: WAITS is clear, so the cell is the caller's.
        self.waker(side).with_mut(|cell| unsafe { (*cell).take() })
    }

    /// `side` has ended, and found `before` in the word.
    fn wake_other(&self, side: Side, before: usize) {
        let other = side.other();
        if before & other.waits() == 0 {
            return;
        }
        // SAFETY: this side has ended and the other one's WAITS was set, so the cell belongs to this side.
        let waker = self.waker(other).with_mut(|cell| unsafe { (*cell).take() });
        waker.into_iter().for_each(Waker::wake);
    }

    /// Changes the word, unless `side` has ended. Returns what was in it before.
    fn change_unless_ended(
        &self,
        side: Side,
        change: impl Fn(usize) -> usize,
    ) -> Result<usize, usize> {
        // Ordering: Release hands over the cell that the caller has filled; Acquire sees what the other side has left.
        self.state.try_update(AcqRel, Relaxed, |now| {
            let ended =
                now & side.ended() != 0 && !cfg!(stages_mutant = "oneshot_changes_after_the_end");
            (!ended).then_some(change(now))
        })
    }

    fn waker(&self, side: Side) -> &UnsafeCell<Option<Waker>> {
        match side {
            Side::Sender => &self.sender_waker,
            Side::Receiver => &self.receiver_waker,
        }
    }
}
