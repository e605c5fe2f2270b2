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
        // starter| drop(task); // Where does it belong?
        self.queue.borrow_mut().push_back(task);
        // starter end
    }

    /// Gives turns until every task has ended.
    fn run(&self) {
        // starter| let first = self.queue.borrow_mut().pop_front();
        // starter| let Some(mut task) = first else { return };
        // starter| if let CoroutineState::Yielded(()) = task.resume(()) {
        // starter|     todo!("its turn is over, and it has not ended: what now?");
        // starter| }
        loop {
            // A statement of its own: the queue is borrowed up to the semicolon, and not while the task runs.
            let first = self.queue.borrow_mut().pop_front();
            let Some(mut task) = first else { return };
            if let CoroutineState::Yielded(()) = task.resume(()) {
                self.queue.borrow_mut().push_back(task);
            }
        }
        // starter end
    }
}

#[cfg(test)]
mod check;
