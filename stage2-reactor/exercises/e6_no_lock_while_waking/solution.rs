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
        // starter| self.by_socket.borrow_mut().insert(socket, waiter);
        let replaced = self.by_socket.borrow_mut().insert(socket, waiter);
        drop(replaced);
        // starter end
    }

    /// Nobody waits for `socket` any more.
    fn forget(&self, socket: usize) {
        // starter| self.by_socket.borrow_mut().remove(&socket);
        let forgotten = self.by_socket.borrow_mut().remove(&socket);
        drop(forgotten);
        // starter end
    }

    /// These sockets have become ready: unparks whoever waits for one of them, in this order.
    fn deliver(&self, ready: &[usize]) {
        // starter| for socket in ready {
        // starter|     if let Some(waiter) = self.by_socket.borrow_mut().remove(socket) {
        // starter|         waiter.unpark();
        // starter|     }
        // starter| }
        let mut by_socket = self.by_socket.borrow_mut();
        let woken: Vec<W> = ready
            .iter()
            .filter_map(|socket| by_socket.remove(socket))
            .collect();
        drop(by_socket);
        woken.into_iter().for_each(W::unpark);
        // starter end
    }
}

#[cfg(test)]
mod check;
