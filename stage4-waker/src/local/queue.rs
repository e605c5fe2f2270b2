//! The two queues of a local executor: one that only its thread touches, and one for everybody else.
//!
//! A wake finds the right one by looking at what runs on its own thread: if it is this executor's
//! `block_on`, the local queue is at hand and needs no lock. Otherwise (another thread, or this one
//! between two calls of `block_on`) the remote queue takes it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stage1_green_threads::trace;
use stage2_reactor::Notifier;

use crate::task::{Runnable, Schedule, Scheduled};

/// What is to be polled next.
pub(super) enum Entry {
    /// The future that `block_on` was given.
    Root,
    Task(Runnable),
}

impl Entry {
    fn trace(&self, queue: &'static str) {
        if let Entry::Task(task) = self {
            trace::enqueue(|| task.id(), queue);
        }
    }
}

type Queue = VecDeque<Entry>;

thread_local! {
    /// The executor whose `block_on` runs on this thread.
    static CURRENT: RefCell<Option<Rc<Local>>> = const { RefCell::new(None) };
}

/// What others see of an executor. Shared with every task, as its scheduler.
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

    /// The root future is to be polled. If the executor is gone, nobody waits for it any more.
    pub(super) fn push_root(self: &Arc<Self>) {
        match Local::of(self) {
            Some(local) => local.push(Entry::Root),
            None => drop(self.push_remote(Entry::Root)),
        }
    }

    /// Takes a new task in; if the executor is gone, cancels it. On the executor's thread only.
    pub(super) fn submit(task: Scheduled<Arc<Queues>>) {
        if let Err(Entry::Task(late)) = push(task) {
            late.cancel();
        }
    }

    fn push_remote(&self, entry: Entry) -> Result<(), Entry> {
        entry.trace("remote");
        #[cfg(feature = "explore")]
        self.explored.note_wake();
        match &mut *self.remote() {
            Some(queue) => queue.push_back(entry),
            None => return Err(entry),
        }
        self.notifier.notify();
        Ok(())
    }

    /// Lets nothing in any more, and returns the tasks that were waiting.
    pub(super) fn close(&self) -> impl Iterator<Item = Runnable> + use<> {
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
    // region: schedule
    fn schedule(task: Scheduled<Self>) {
        // What is refused is dropped: the executor that is gone has shut its task down.
        let _refused = push(task);
    }
    // endregion: schedule

    fn release(&self, _owner: usize, _key: usize) {
        unreachable!("a local task runs and ends on one thread, with one list");
    }
}

/// Puts an entry at the end of its executor's local queue if that is at hand, else of the remote one. If the executor is
/// gone, gives the entry back.
// region: push
fn push(task: Scheduled<Arc<Queues>>) -> Result<(), Entry> {
    if let Some(local) = Local::of(task.scheduler()) {
        local.push(Entry::Task(task.into()));
        return Ok(());
    }
    // The queues must not go away with the task, if another thread ends that at once.
    let queues = task.scheduler().clone();
    queues.push_remote(Entry::Task(task.into()))
}
// endregion: push

/// The local queue. It exists while `block_on` runs.
pub(super) struct Local {
    pub(super) queues: Arc<Queues>,
    queue: RefCell<Queue>,
}

impl Local {
    /// Until the guard is dropped, wakes on this thread find the local queue.
    pub(super) fn enter(queues: &Arc<Queues>) -> Entered {
        let local = Rc::new(Local {
            queues: queues.clone(),
            queue: RefCell::default(),
        });
        let outer = CURRENT.replace(Some(local.clone()));
        Entered { local, outer }
    }

    /// That of the executor whose `block_on` runs on this thread.
    pub(super) fn current() -> Option<Rc<Local>> {
        // A thread that is ending may have lost its cell already.
        let current = CURRENT.try_with(|current| current.borrow().clone());
        current.ok().flatten()
    }

    /// That of a given executor, if its `block_on` runs on this thread.
    fn of(queues: &Arc<Queues>) -> Option<Rc<Local>> {
        Local::current().filter(|local| Arc::ptr_eq(&local.queues, queues))
    }

    pub(super) fn push(&self, entry: Entry) {
        entry.trace("local");
        self.queue.borrow_mut().push_back(entry);
    }

    /// The first entry.
    pub(super) fn pop(&self) -> Option<Entry> {
        self.queue.borrow_mut().pop_front()
    }

    /// Moves what others have pushed to the end of this queue. Whether there was anything.
    pub(super) fn fetch_remote(&self) -> bool {
        let mut remote = self.queues.remote();
        let Some(remote) = remote.as_mut().filter(|queue| !queue.is_empty()) else {
            return false;
        };
        self.queue.borrow_mut().append(remote);
        true
    }

    /// How many entries there are.
    #[cfg(feature = "explore")]
    pub(super) fn len(&self) -> usize {
        self.queue.borrow().len()
    }

    /// Takes an entry out of the midst.
    #[cfg(feature = "explore")]
    pub(super) fn take(&self, index: usize) -> Option<Entry> {
        self.queue.borrow_mut().remove(index)
    }
}

/// Restores who was current before, also after a panic; what is left in the local queue waits in the
/// remote one for the next `block_on`.
pub(super) struct Entered {
    local: Rc<Local>,
    outer: Option<Rc<Local>>,
}

impl Deref for Entered {
    type Target = Local;

    fn deref(&self) -> &Local {
        &self.local
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.replace(self.outer.take());
        let mut left = self.local.queue.take();
        if let Some(remote) = &mut *self.local.queues.remote() {
            left.append(remote);
            *remote = left;
        }
    }
}
