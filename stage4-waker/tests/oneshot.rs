//! One value from one task to another.

mod common;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use common::{Counter, Drops};
use stage4_waker::channel::oneshot::{self, TryRecvError};

fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(waker))
}

#[test]
fn a_value_that_was_sent_is_received() {
    let (sender, mut receiver) = oneshot::channel();
    let (counter, waker) = Counter::new();
    assert!(poll(&mut receiver, &waker).is_pending());
    sender.send("hello").unwrap();
    assert_eq!(counter.count(), 1);
    assert_eq!(poll(&mut receiver, &waker), Poll::Ready(Ok("hello")));
}

#[test]
fn a_sender_that_is_dropped_is_an_error_at_the_receiver() {
    let (sender, mut receiver) = oneshot::channel::<()>();
    let (counter, waker) = Counter::new();
    assert!(poll(&mut receiver, &waker).is_pending());
    drop(sender);
    assert_eq!(counter.count(), 1);
    let Poll::Ready(Err(error)) = poll(&mut receiver, &waker) else {
        panic!("nothing can come any more");
    };
    assert!(error.to_string().starts_with("channel closed"));
}

#[test]
fn a_receiver_that_is_gone_gives_the_value_back() {
    let (sender, receiver) = oneshot::channel();
    drop(receiver);
    assert!(sender.is_closed());
    assert_eq!(sender.send(8), Err(8));
}

#[test]
fn closing_refuses_new_values_but_keeps_the_one_that_was_sent() {
    let (sender, mut receiver) = oneshot::channel();
    receiver.close();
    assert_eq!(sender.send(1), Err(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));

    let (sender, mut receiver) = oneshot::channel();
    sender.send(2).unwrap();
    receiver.close();
    assert_eq!(receiver.try_recv(), Ok(2));
}

#[test]
fn closed_wakes_the_sender() {
    for close in [|mut r: oneshot::Receiver<()>| r.close(), drop] {
        let (mut sender, receiver) = oneshot::channel();
        let (counter, waker) = Counter::new();
        let mut closed = pin!(sender.closed());
        let mut cx = Context::from_waker(&waker);
        assert!(closed.as_mut().poll(&mut cx).is_pending());
        close(receiver);
        assert_eq!(counter.count(), 1);
        assert!(closed.as_mut().poll(&mut cx).is_ready());
    }
}

#[test]
fn try_recv_tells_empty_from_closed() {
    let (sender, mut receiver) = oneshot::channel::<i32>();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    sender.send(1).unwrap();
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn the_latest_waker_of_the_receiver_wins() {
    let (sender, mut receiver) = oneshot::channel();
    let ((early, first), (late, second)) = (Counter::new(), Counter::new());
    assert!(poll(&mut receiver, &first).is_pending());
    assert!(poll(&mut receiver, &second).is_pending());
    drop(first);
    assert_eq!(Arc::strong_count(&early), 1, "the older waker is not kept");
    sender.send(()).unwrap();
    assert_eq!((early.count(), late.count()), (0, 1));
}

#[test]
fn a_value_that_nobody_received_is_dropped_with_the_receiver() {
    let drops = Drops::new();
    let (sender, receiver) = oneshot::channel();
    assert!(sender.send(drops.guard()).is_ok());
    assert_eq!(drops.count(), 0);
    drop(receiver);
    assert_eq!(drops.count(), 1);
}

#[test]
fn a_value_that_holds_its_own_receiver_is_no_deadlock() {
    // What is dropped here comes back to the channel: it must not find it locked.
    struct Holds(#[expect(dead_code)] oneshot::Receiver<Holds>);
    let (sender, mut receiver) = oneshot::channel::<Holds>();
    receiver.close();
    assert!(sender.send(Holds(receiver)).is_err());
}

#[test]
fn values_cross_threads() {
    let (sender, receiver) = oneshot::channel();
    let waits = std::thread::spawn(move || futures::executor::block_on(receiver));
    sender.send(5).unwrap();
    assert_eq!(waits.join().unwrap(), Ok(5));
}

#[test]
fn a_oneshot_takes_from_the_budget_of_the_poll() {
    let (sender, mut receiver) = oneshot::channel();
    sender.send(()).unwrap();
    let (counter, waker) = Counter::new();
    let (polled, _) = stage3_executor::budget::with_budget(0, || poll(&mut receiver, &waker));
    assert!(polled.is_pending() && counter.count() == 1);
    let ready = poll_fn(|cx| std::pin::Pin::new(&mut receiver).poll(cx));
    assert_eq!(futures::executor::block_on(ready), Ok(()));
}
