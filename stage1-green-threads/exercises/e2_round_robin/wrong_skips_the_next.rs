//! Caught by: when_one_ends_the_others_keep_their_order
//!
//! Removing from a list while walking over it: what was at `index + 1` is at `index` now, and the step to
//! `index + 1` passes it by. Whoever stands behind a task that ends loses a turn.

use std::cell::RefCell;
use std::rc::Rc;

use stage1_green_threads::{Coroutine, CoroutineState};

/// Each `suspend` of it ends a turn.
type Task = Coroutine<(), (), ()>;

/// The tasks that wait for their turn. A clone of it is a second handle to the same tasks: with one, a
/// task can spawn.
#[derive(Clone, Default)]
struct RoundRobin {
    tasks: Rc<RefCell<Vec<Task>>>,
}

impl RoundRobin {
    /// Takes a task in. It does not run yet.
    fn spawn(&self, task: Task) {
        self.tasks.borrow_mut().push(task);
    }

    /// Gives turns until every task has ended.
    fn run(&self) {
        let mut round = self.tasks.take();
        while !round.is_empty() {
            let mut index = 0;
            while index < round.len() {
                if let CoroutineState::Complete(()) = round[index].resume(()) {
                    drop(round.remove(index));
                }
                index += 1;
            }
            round.append(&mut self.tasks.borrow_mut());
        }
    }
}

#[cfg(test)]
mod check;
