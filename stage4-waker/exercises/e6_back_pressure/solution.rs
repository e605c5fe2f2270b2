//! A channel between tasks of one thread: senders wait while it is full, the receiver waits while it is empty.
// starter| #![allow(unused, reason = "until somebody waits")]
// starter end

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
        // starter| self.shared.borrow_mut().values.extend(value.take());
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
        // starter end
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
        // starter| self.shared.borrow_mut().senders -= 1;
        let receiver = {
            let mut shared = self.shared.borrow_mut();
            shared.senders -= 1;
            let is_last = shared.senders == 0;
            shared.receiver_waker.take_if(|_| is_last)
        };
        receiver.into_iter().for_each(Waker::wake);
        // starter end
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
        // starter| match shared.values.pop_front() {
        // starter|     Some(value) => Poll::Ready(Some(value)),
        // starter|     None => Poll::Pending,
        // starter| }
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
        // starter end
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // starter| self.shared.borrow_mut().has_receiver = false;
        let (senders, values) = {
            let mut shared = self.shared.borrow_mut();
            shared.has_receiver = false;
            (
                std::mem::take(&mut shared.sender_wakers),
                std::mem::take(&mut shared.values),
            )
        };
        drop(values);
        senders.into_iter().for_each(Waker::wake);
        // starter end
    }
}

#[cfg(test)]
mod check;
