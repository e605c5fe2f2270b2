//! Exercise 2.6: nobody else's code runs under your lock.

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
        self.by_socket.borrow_mut().insert(socket, waiter);
    }

    /// Nobody waits for `socket` any more.
    fn forget(&self, socket: usize) {
        self.by_socket.borrow_mut().remove(&socket);
    }

    /// These sockets have become ready: unparks whoever waits for one of them, in this order.
    fn deliver(&self, ready: &[usize]) {
        for socket in ready {
            if let Some(waiter) = self.by_socket.borrow_mut().remove(socket) {
                waiter.unpark();
            }
        }
    }
}

#[cfg(test)]
mod check;
