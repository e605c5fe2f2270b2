//! The two queues of a local executor: one that only its thread touches, and one for everybody else.
//!
//! A wake finds the right one by looking at what runs on its own thread: if it is this executor's
//! `block_on`, the local queue is at hand and needs no lock. Otherwise (another thread, or this one
//! between two calls of `block_on`) the remote queue takes it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stage1_green_threads::trace;
use stage2_reactor::Notifier;

use crate::task::{Run, Schedule};

/// What is to be polled next.
pub(super) enum Entry {
    /// The future that `block_on` was given.
    Root,
    Task(Arc<dyn Run>),
}

type Queue = VecDeque<Entry>;

thread_local! {
    /// The executor whose `block_on` runs on this thread.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// Both queues. Shared with every task, as its scheduler.
pub(super) struct Queues {
    /// `None` when the executor is gone.
    remote: Mutex<Option<Queue>>,
    notifier: Notifier,
    #[cfg(feature = "explore")]
    pub(super) explored: crate::explore::Explored,
}

impl Queues {
    pub(super) fn new(notifier: Notifier) -> Self {
        let remote = Mutex::new(Some(Queue::new()));
        Queues {
            remote,
            notifier,
            #[cfg(feature = "explore")]
            explored: crate::explore::Explored::here(),
        }
    }

    /// Puts an entry at the end of a queue. If the executor is gone, the entry is dropped.
    pub(super) fn push(self: &Arc<Self>, entry: Entry) {
        let Some(entry) = Current::push(self, entry) else {
            return;
        };
        #[cfg(feature = "explore")]
        self.explored.note_wake();
        let refused = match &mut *self.remote() {
            Some(queue) => {
                queue.push_back(entry);
                None
            }
            // It is dropped after the lock is released: it may be the last reference to a task.
            None => Some(entry),
        };
        if refused.is_none() {
            self.notifier.notify();
        }
    }

    /// Takes a new task in; if the executor is gone, ends it. On the executor's thread only.
    pub(super) fn submit(self: &Arc<Self>, task: Arc<dyn Run>) {
        if self.is_closed() {
            return task.shutdown();
        }
        self.schedule(task);
    }

    /// The next entry of the local queue.
    pub(super) fn pop(&self) -> Option<Entry> {
        CURRENT.with_borrow(|current| current.as_ref()?.local.borrow_mut().pop_front())
    }

    /// How many entries the local queue has.
    #[cfg(feature = "explore")]
    pub(super) fn len(&self) -> usize {
        CURRENT.with_borrow(|current| current.as_ref().map_or(0, |it| it.local.borrow().len()))
    }

    /// Takes an entry out of the midst of the local queue.
    #[cfg(feature = "explore")]
    pub(super) fn take(&self, index: usize) -> Option<Entry> {
        CURRENT.with_borrow(|current| current.as_ref()?.local.borrow_mut().remove(index))
    }

    /// Moves what others have pushed to the end of the local queue. Whether there was anything.
    pub(super) fn fetch_remote(&self) -> bool {
        let mut remote = self.remote();
        let Some(remote) = remote.as_mut().filter(|queue| !queue.is_empty()) else {
            return false;
        };
        CURRENT.with_borrow(|current| {
            let current = current.as_ref().expect("block_on runs on this thread");
            current.local.borrow_mut().append(remote);
        });
        true
    }

    /// Lets nothing in any more, and returns the tasks that were waiting.
    pub(super) fn close(&self) -> impl Iterator<Item = Arc<dyn Run>> + use<> {
        let left = self.remote().take().unwrap_or_default();
        left.into_iter().filter_map(|entry| match entry {
            Entry::Root => None,
            Entry::Task(task) => Some(task),
        })
    }

    /// Whether the executor is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.remote().is_none()
    }

    fn remote(&self) -> MutexGuard<'_, Option<Queue>> {
        // No critical section calls foreign code, so a panic leaves none half done.
        self.remote.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Schedule for Arc<Queues> {
    fn schedule(&self, task: Arc<dyn Run>) {
        trace::enqueue(|| task.id(), "local");
        self.push(Entry::Task(task));
    }

    fn release(&self, _owner: usize, _key: usize) {
        unreachable!("a local task runs and ends on one thread, with one list");
    }
}

/// That a `block_on` runs on this thread, and its local queue.
pub(super) struct Current {
    queues: Arc<Queues>,
    local: Rc<RefCell<Queue>>,
}

impl Current {
    /// Until the guard is dropped, wakes on this thread find the local queue.
    pub(super) fn enter(queues: &Arc<Queues>) -> CurrentGuard {
        let queues = queues.clone();
        let local = Rc::default();
        CurrentGuard(CURRENT.replace(Some(Current { queues, local })))
    }

    /// The queues of the executor that runs on this thread.
    pub(super) fn queues() -> Option<Arc<Queues>> {
        CURRENT.with_borrow(|current| Some(current.as_ref()?.queues.clone()))
    }

    /// Puts an entry into the local queue of these queues; gives it back if that is not at hand.
    fn push(queues: &Arc<Queues>, entry: Entry) -> Option<Entry> {
        let mut entry = Some(entry);
        // A thread that is ending may have lost its cell already.
        let _ = CURRENT.try_with(|current| {
            let current = current.borrow();
            if let Some(current) = &*current
                && Arc::ptr_eq(&current.queues, queues)
            {
                current.local.borrow_mut().extend(entry.take());
            }
        });
        entry
    }
}

/// Restores who was current before, also after a panic; what is left in the local queue waits in the
/// remote one for the next `block_on`.
pub(super) struct CurrentGuard(Option<Current>);

impl Drop for CurrentGuard {
    fn drop(&mut self) {
        let ended = CURRENT.replace(self.0.take());
        let Some(Current { queues, local }) = ended else {
            return;
        };
        let mut left = local.take();
        if let Some(remote) = &mut *queues.remote() {
            left.append(remote);
            *remote = left;
        }
    }
}
