//! Exercise 1.2: a scheduler that gives each task its turn. The task is in README.md.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use stage1_green_threads::{Coroutine, CoroutineState};

/// Each `suspend` of it ends a turn.
type Task = Coroutine<(), (), ()>;

/// The tasks that wait for their turn. A clone of it is a second handle to the same tasks: with one, a
/// task can spawn.
#[derive(Clone, Default)]
struct RoundRobin {
    queue: Rc<RefCell<VecDeque<Task>>>,
}

impl RoundRobin {
    /// Takes a task in. It does not run yet.
    fn spawn(&self, task: Task) {
        drop(task); // Where does it belong?
    }

    /// Gives turns until every task has ended.
    fn run(&self) {
        let first = self.queue.borrow_mut().pop_front();
        let Some(mut task) = first else { return };
        if let CoroutineState::Yielded(()) = task.resume(()) {
            todo!("its turn is over, and it has not ended: what now?");
        }
    }
}

#[cfg(test)]
mod check;
