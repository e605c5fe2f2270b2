//! Caught by: senders_that_wait_learn_that_the_receiver_is_gone
//!
//! Senders see `has_receiver` at their next poll. Those that wait have none.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Makes a channel that holds up to `capacity` values.
fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let shared = Rc::new(RefCell::new(Shared {
        values: VecDeque::new(),
        capacity,
        senders: 1,
        has_receiver: true,
        receiver_waker: None,
        sender_wakers: Vec::new(),
    }));
    let sender = Sender {
        shared: shared.clone(),
    };
    (sender, Receiver { shared })
}

struct Shared<T> {
    values: VecDeque<T>,
    capacity: usize,
    senders: usize,
    has_receiver: bool,
    /// Left by the receiver when it found no value.
    receiver_waker: Option<Waker>,
    /// Left by senders that found no room.
    sender_wakers: Vec<Waker>,
}

impl<T> Shared<T> {
    /// Leaves the waker of a sender that found no room.
    fn leave_sender(&mut self, cx: &Context<'_>) {
        let wakers = &mut self.sender_wakers;
        if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            wakers.push(cx.waker().clone());
        }
    }
}

/// Sends values. When the last sender goes, the receiver gets what is still there, and then `None`.
struct Sender<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

/// The receiver is gone.
#[derive(Debug, PartialEq, Eq)]
struct Closed;

impl<T> Sender<T> {
    /// Puts `value` into the channel. Until that is done the value stays where it is.
    fn poll_send(&self, value: &mut Option<T>, cx: &Context<'_>) -> Poll<Result<(), Closed>> {
        let mut shared = self.shared.borrow_mut();
        if !shared.has_receiver {
            return Poll::Ready(Err(Closed));
        }
        if shared.values.len() == shared.capacity {
            shared.leave_sender(cx);
            return Poll::Pending;
        }
        shared.values.extend(value.take());
        let receiver = shared.receiver_waker.take();
        drop(shared);
        receiver.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(()))
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.shared.borrow_mut().senders += 1;
        let shared = self.shared.clone();
        Sender { shared }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let receiver = {
            let mut shared = self.shared.borrow_mut();
            shared.senders -= 1;
            let is_last = shared.senders == 0;
            shared.receiver_waker.take_if(|_| is_last)
        };
        receiver.into_iter().for_each(Waker::wake);
    }
}

/// Receives the values, in the order in which they were sent.
struct Receiver<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

impl<T> Receiver<T> {
    /// Takes the next value. `None`: there will be no more.
    fn poll_recv(&mut self, cx: &Context<'_>) -> Poll<Option<T>> {
        let mut shared = self.shared.borrow_mut();
        if let Some(value) = shared.values.pop_front() {
            // All of them: one may have given up waiting, and would keep its wake from the others.
            let senders = std::mem::take(&mut shared.sender_wakers);
            drop(shared);
            senders.into_iter().for_each(Waker::wake);
            return Poll::Ready(Some(value));
        }
        if shared.senders == 0 {
            return Poll::Ready(None);
        }
        let old = shared.receiver_waker.replace(cx.waker().clone());
        drop(shared);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let values = {
            let mut shared = self.shared.borrow_mut();
            shared.has_receiver = false;
            std::mem::take(&mut shared.values)
        };
        drop(values);
    }
}

#[cfg(test)]
mod check;
