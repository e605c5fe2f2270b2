//! The global queue: where tasks come in that no worker has at hand.
//!
//! Tasks are spawned and woken from threads that are no workers, and a worker whose own queue is full puts half of it
//! here. It is a plain queue behind a lock, since whoever comes here is off the fast path already; a worker takes
//! a batch at a time, so that the lock is paid once for many.
//!
//! Invariant: once closed it stays empty. So what is pushed at the last moment is either drained by who closed
//! it, or refused.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicUsize, Mutex, lock};

/// Aligned, so that pushing does not take away a cache line that workers read for other reasons.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Injection<T> {
    queue: Mutex<Queue<T>>,
    /// A copy of the length, so that those who only want to know need not lock.
    len: AtomicUsize,
}

#[derive(Debug)]
struct Queue<T> {
    values: VecDeque<T>,
    closed: bool,
}

impl<T> Injection<T> {
    pub(crate) fn new() -> Self {
        Injection {
            queue: Mutex::new(Queue {
                values: VecDeque::new(),
                closed: false,
            }),
            len: AtomicUsize::new(0),
        }
    }

    /// Puts a value at the tail, or gives it back if the queue is closed.
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        self.push_batch(value, |_| ())
    }

    /// Puts at the tail what `others` puts there, and `value` behind it. If the queue is closed, gives the value back and does not
    /// call `others`.
    pub(crate) fn push_batch(
        &self,
        value: T,
        others: impl FnOnce(&mut VecDeque<T>),
    ) -> Result<(), T> {
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(value);
        }
        others(&mut queue.values);
        queue.values.push_back(value);
        self.len.store(queue.values.len(), Relaxed);
        Ok(())
    }

    /// Takes the value at the head, and passes on to `keep` as many more as are one worker's share, at most `room`.
    pub(crate) fn pop_batch(
        &self,
        workers: usize,
        room: usize,
        mut keep: impl FnMut(T),
    ) -> Option<T> {
        if self.len() == 0 {
            return None;
        }
        let mut queue = lock(&self.queue);
        let share = queue.values.len() / workers;
        let first = queue.values.pop_front()?;
        let more = share.saturating_sub(1).min(room);
        queue.values.drain(..more).for_each(&mut keep);
        self.len.store(queue.values.len(), Relaxed);
        Some(first)
    }

    /// Whether something is queued; takes the lock, so that the answer is not older than the call.
    ///
    /// A worker that goes to sleep asks this after it has said so. Pushers look for sleepers after they have pushed. Since both
    /// hold this lock in between, one of them sees the other.
    pub(crate) fn has_values(&self) -> bool {
        !lock(&self.queue).values.is_empty()
    }

    /// How many values are queued, at some moment of the recent past.
    pub(crate) fn len(&self) -> usize {
        // Ordering: Relaxed: it is a hint, and the lock decides.
        self.len.load(Relaxed)
    }

    /// Refuses values from now on, and returns those that are queued.
    pub(crate) fn close(&self) -> VecDeque<T> {
        let mut queue = lock(&self.queue);
        queue.closed = true;
        self.len.store(0, Relaxed);
        std::mem::take(&mut queue.values)
    }
}

#[cfg(all(test, not(stages_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_worker_takes_its_share_and_no_more_than_it_has_room_for() {
        let injection = Injection::new();
        injection.push_batch(9, |tail| tail.extend(0..9)).unwrap();
        let mut kept = Vec::new();
        assert_eq!(injection.pop_batch(2, 256, |v| kept.push(v)), Some(0));
        assert_eq!((&kept[..], injection.len()), (&[1, 2, 3, 4][..], 5));
        assert_eq!(injection.pop_batch(1, 2, |v| kept.push(v)), Some(5));
        assert_eq!((&kept[4..], injection.len()), (&[6, 7][..], 2));
    }

    #[test]
    fn a_closed_queue_refuses() {
        let injection = Injection::new();
        injection.push(1).unwrap();
        assert_eq!(injection.close(), [1]);
        assert_eq!(injection.push(2), Err(2));
        assert!(!injection.has_values());
    }
}
