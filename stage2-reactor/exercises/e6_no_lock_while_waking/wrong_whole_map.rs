//! Caught by: what_is_done_meanwhile_holds
//!
//! The whole map is taken out, and put back when all are unparked: no lock is held. But what they have changed meanwhile is
//! changed back.

use std::cell::RefCell;
use std::collections::HashMap;

/// Whoever waits.
trait Unpark {
    /// Makes it runnable. This is *its* code: it may do anything, and so may its `drop`.
    fn unpark(self);
}

/// Who waits for which socket.
///
/// One thread is enough to see it: `borrow_mut` stands for a mutex, and panics where `lock` would wait for itself.
struct Waiting<W> {
    by_socket: RefCell<HashMap<usize, W>>,
}

impl<W: Unpark> Waiting<W> {
    fn new() -> Self {
        Waiting {
            by_socket: RefCell::new(HashMap::new()),
        }
    }

    /// `waiter` waits for `socket`. Who waited for it before does so no longer.
    fn wait(&self, socket: usize, waiter: W) {
        let replaced = self.by_socket.borrow_mut().insert(socket, waiter);
        drop(replaced);
    }

    /// Nobody waits for `socket` any more.
    fn forget(&self, socket: usize) {
        let forgotten = self.by_socket.borrow_mut().remove(&socket);
        drop(forgotten);
    }

    /// These sockets have become ready: unparks whoever waits for one of them, in this order.
    fn deliver(&self, ready: &[usize]) {
        let mut all = std::mem::take(&mut *self.by_socket.borrow_mut());
        for socket in ready {
            if let Some(waiter) = all.remove(socket) {
                waiter.unpark();
            }
        }
        self.by_socket.borrow_mut().extend(all);
    }
}

#[cfg(test)]
mod check;
