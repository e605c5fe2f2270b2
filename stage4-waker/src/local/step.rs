//! The executor in single steps, for [`explore`](crate::explore): the seed, not the queue, says who is next.

use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use stage3_executor::context;

use super::LocalExecutor;
use super::queue::{Entry, Local};

impl LocalExecutor {
    /// Runs `f` where sockets, timers and `spawn_local` find this executor.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _running = self.running.begin();
        let _home = context::enter(self.home.clone());
        let _local = Local::enter(&self.queues);
        f()
    }

    /// Delivers what has happened, without waiting; returns how many tasks are ready. Inside `enter`.
    pub(crate) fn deliver(&self) -> io::Result<usize> {
        self.reactor.borrow_mut().turn(Some(Duration::ZERO))?;
        let local = entered();
        local.fetch_remote();
        Ok(local.len())
    }

    /// Polls the ready task number `choice`. Inside `enter`.
    pub(crate) fn step(&self, choice: usize) {
        let local = entered();
        if let Some(Entry::Task(task)) = local.take(choice) {
            self.run(task, &local);
        }
    }

    /// When the next timer is due.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.reactor.borrow().next_deadline()
    }

    /// Whether, since an exploration made this executor, another thread has woken one of its tasks.
    pub(crate) fn was_woken_from_elsewhere(&self) -> bool {
        self.queues.explored.was_woken_from_elsewhere()
    }
}

fn entered() -> Rc<Local> {
    Local::current().expect("an executor is stepped inside `enter`")
}
