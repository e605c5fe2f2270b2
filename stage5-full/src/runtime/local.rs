//! What a worker has to itself: its run queue, its LIFO slot, and whether it polls just now.
//!
//! ```text
//!               LIFO slot          run queue
//!   wake, spawn ► [ last ] ─(put)─► tail … … … head ─────► next
//!   yield ────────────────────────► tail                       (if nothing waits here: straight to next)
//!   woken by the reactor ─────────► tail
//! ```
//!
//! It is reached from inside a poll through the thread's context (a wake), and by the worker's loop. All of it is
//! on one thread, so cells do.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use stage1_green_threads::trace;

use super::lifo::LifoSlot;
use super::queue::RunQueue;
use super::shared::{Entry, OwnEnds, QUEUE, Shared};

/// So many tasks in a row come out of the LIFO slot, then one from the queue: two tasks that wake each other
/// must not keep all others waiting.
const LIFO_STREAK: u32 = 3;

pub(super) struct Local {
    pub(super) shared: Arc<Shared>,
    pub(super) index: usize,
    queue: RunQueue<Entry, QUEUE>,
    lifo: LifoSlot<Entry>,
    /// A task that yielded when nothing else waited here. It is run next: no thief need see it until then.
    alone: Cell<Option<Entry>>,
    /// How many of the last tasks came out of the LIFO slot.
    streak: Cell<u32>,
    /// Whether a task is being polled.
    polling: Cell<bool>,
}

impl Local {
    pub(super) fn new(shared: Arc<Shared>, index: usize, (queue, lifo): OwnEnds) -> Self {
        Local {
            shared,
            index,
            queue,
            lifo,
            alone: Cell::new(None),
            streak: Cell::new(0),
            polling: Cell::new(false),
        }
    }

    /// A task was spawned or woken on this thread: it is queued to run soon.
    ///
    /// Tasks that the reactor wakes, when no poll is under way, go to the tail: they come in the order of their events.
    // region: wake
    pub(super) fn wake(&self, task: Entry) -> Result<(), Entry> {
        if !self.polling.get() {
            return self.push(task);
        }
        trace::enqueue(|| task.id(), "lifo");
        match self.lifo.put(task) {
            Some(former) => self.push(former),
            None => Ok(()),
        }
    }
    // endregion: wake

    /// Queues a task behind all others.
    pub(super) fn push(&self, task: Entry) -> Result<(), Entry> {
        trace::enqueue(|| task.id(), "local");
        self.append(task)
    }

    /// A task has been polled and is to be polled again: it goes behind all others.
    // region: requeue
    pub(super) fn requeue(&self, task: Entry) {
        trace::enqueue(|| task.id(), "local");
        match self.has_tasks() {
            true => self.append_or_cancel(task),
            false => self.alone.set(Some(task)),
        }
    }
    // endregion: requeue

    /// If the queue is full, its older half goes with the newcomer where all workers look; after shutdown, when nobody does, the
    /// newcomer is given back.
    fn append(&self, task: Entry) -> Result<(), Entry> {
        self.queue.push(task).or_else(|newcomer| {
            self.shared.injection.push_batch(newcomer, |tail| {
                self.queue.pop_half(|task| tail.push_back(task));
            })
        })
    }

    fn append_or_cancel(&self, task: Entry) {
        if let Err(late) = self.append(task) {
            late.cancel();
        }
    }

    /// The task to be run next, of those this worker has.
    // region: next
    pub(super) fn next(&self) -> Option<Entry> {
        if let Some(task) = self.alone.take() {
            return Some(task);
        }
        let streak = self.streak.get();
        if streak < LIFO_STREAK
            && let Some(task) = self.lifo.take()
        {
            self.streak.set(streak + 1);
            return Some(task);
        }
        self.streak.set(0);
        self.queue.pop().or_else(|| self.lifo.take())
    }
    // endregion: next

    /// The next task of the global queue. More of them come with it, into this worker's queue.
    pub(super) fn next_global(&self) -> Option<Entry> {
        if let Some(task) = self.alone.take() {
            self.append_or_cancel(task);
        }
        // Half of the room: what these tasks spawn or wake must not be passed on at once.
        let (workers, room) = (self.shared.seats.len(), self.queue.room() / 2);
        self.shared.injection.pop_batch(workers, room, |task| {
            let pushed = self.queue.push(task);
            assert!(pushed.is_ok(), "invariant: there is room for the batch");
        })
    }

    /// Half of what worker `victim` has queued: the first task, the others go into this worker's queue.
    // region: steal
    pub(super) fn steal_from(&self, victim: usize) -> Option<Entry> {
        let (task, count) = self.shared.seats[victim].stealer.steal_into(&self.queue)?;
        let counters = &self.shared.seats[self.index].counters;
        counters.steals.add(1);
        counters.stolen.add(count);
        trace::steal(victim, self.index, count);
        Some(task)
    }
    // endregion: steal

    /// Whether this worker has anything to run.
    pub(super) fn has_tasks(&self) -> bool {
        self.backlog() > 0 || self.lifo.is_full()
    }

    /// How many tasks wait in this worker's queue.
    pub(super) fn backlog(&self) -> usize {
        self.queue.len()
    }

    /// Says whether a task is being polled.
    pub(super) fn set_polling(&self, polling: bool) {
        self.polling.set(polling);
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local")
            .field("index", &self.index)
            .field("queue", &self.queue)
            .field("lifo", &self.lifo)
            .finish_non_exhaustive()
    }
}
