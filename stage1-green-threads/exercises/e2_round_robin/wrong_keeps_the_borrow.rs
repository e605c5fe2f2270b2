//! Caught by: a_running_task_may_spawn_another
//!
//! One borrow for the whole loop: it compiles, it is less to write, and it works until a task wants to get at
//! the queue. `resume` runs somebody else's code, and whatever is borrowed then is borrowed for that code too.

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
        self.queue.borrow_mut().push_back(task);
    }

    /// Gives turns until every task has ended.
    fn run(&self) {
        let mut queue = self.queue.borrow_mut();
        while let Some(mut task) = queue.pop_front() {
            if let CoroutineState::Yielded(()) = task.resume(()) {
                queue.push_back(task);
            }
        }
    }
}

#[cfg(test)]
mod check;
