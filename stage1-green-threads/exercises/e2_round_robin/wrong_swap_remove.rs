//! Caught by: when_one_ends_the_others_keep_their_order
//!
//! `swap_remove` needs no shifting, and "the order in a list of tasks does not matter". In a
//! scheduler it does: the last task jumps the queue, each time that another one ends.

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
                match round[index].resume(()) {
                    CoroutineState::Yielded(()) => index += 1,
                    CoroutineState::Complete(()) => drop(round.swap_remove(index)),
                }
            }
            round.append(&mut self.tasks.borrow_mut());
        }
    }
}

#[cfg(test)]
mod check;
