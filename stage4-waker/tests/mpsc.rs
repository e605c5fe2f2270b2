//! Many values from many senders, in order, with back-pressure.

mod common;

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use common::{Counter, Drops};
use stage3_executor::budget;
use stage4_waker::channel::mpsc::error::{SendError, TryRecvError, TrySendError};
use stage4_waker::channel::mpsc::{self, Sender};

/// A send that was polled once and waits.
fn waiting<'a>(
    sender: &'a Sender<i32>,
    value: i32,
    waker: &Waker,
) -> Pin<Box<impl Future<Output = Result<(), SendError<i32>>> + use<'a>>> {
    let mut send = Box::pin(sender.send(value));
    assert!(poll(&mut send, waker).is_pending());
    send
}

fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

#[test]
fn values_come_in_the_order_in_which_they_were_sent() {
    let (sender, mut receiver) = mpsc::channel(3);
    for value in 0..3 {
        sender.try_send(value).unwrap();
    }
    drop(sender);
    let all = std::iter::from_fn(|| futures::executor::block_on(receiver.recv()));
    assert_eq!(all.collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_full_channel_makes_the_sender_wait_until_a_value_is_received() {
    let (sender, mut receiver) = mpsc::channel(1);
    let (counter, waker) = Counter::new();
    sender.try_send(1).unwrap();
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    let mut send = waiting(&sender, 2, &waker);
    assert_eq!(counter.count(), 0);
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!(counter.count(), 1);
    assert_eq!(poll(&mut send, &waker), Poll::Ready(Ok(())));
    assert_eq!(receiver.try_recv(), Ok(2));
}

#[test]
fn a_receiver_that_waits_is_woken_by_a_value() {
    let (sender, mut receiver) = mpsc::channel(1);
    let (counter, waker) = Counter::new();
    let mut cx = Context::from_waker(&waker);
    assert!(receiver.poll_recv(&mut cx).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!(counter.count(), 1);
    assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(Some(1)));
}

#[test]
fn waiting_senders_are_served_in_the_order_in_which_they_came() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(0).unwrap();
    let wakers: Vec<_> = (0..3).map(|_| Counter::new()).collect();
    let mut sends: Vec<_> = (1..)
        .zip(&wakers)
        .map(|(value, (_, waker))| waiting(&sender, value, waker))
        .collect();
    for (turn, send) in sends.iter_mut().enumerate() {
        receiver.try_recv().unwrap();
        let woken: Vec<_> = wakers.iter().map(|(counter, _)| counter.count()).collect();
        assert_eq!(woken, [1, usize::from(turn >= 1), usize::from(turn >= 2)]);
        assert!(poll(send, Waker::noop()).is_ready());
    }
}

#[test]
fn a_newcomer_does_not_overtake_a_sender_that_waits() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(0).unwrap();
    let mut first = waiting(&sender, 1, Waker::noop());
    receiver.try_recv().unwrap();
    assert_eq!(
        sender.try_send(2),
        Err(TrySendError::Full(2)),
        "the slot is promised"
    );
    assert_eq!(sender.capacity(), 0);
    assert!(poll(&mut first, Waker::noop()).is_ready());
}

#[test]
fn a_waiting_sender_that_is_dropped_passes_its_turn_on() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(0).unwrap();
    let (counter, waker) = Counter::new();
    let first = waiting(&sender, 1, Waker::noop());
    let gone = waiting(&sender, 2, Waker::noop());
    let mut third = waiting(&sender, 3, &waker);
    drop(gone);
    receiver.try_recv().unwrap();
    assert_eq!(counter.count(), 0);
    drop(first);
    assert_eq!(counter.count(), 1, "first had the slot and gave it on");
    assert!(poll(&mut third, &waker).is_ready());
    assert_eq!(receiver.try_recv(), Ok(3));
}

#[test]
fn a_send_that_is_dropped_while_it_waits_has_not_sent() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.try_send(1).unwrap();
    drop(waiting(&sender, 2, Waker::noop()));
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(sender.capacity(), 1);
}

#[test]
fn a_receive_that_is_dropped_while_it_waits_loses_nothing() {
    let (sender, mut receiver) = mpsc::channel(2);
    let (_, waker) = Counter::new();
    let mut cx = Context::from_waker(&waker);
    {
        let mut receive = pin!(receiver.recv());
        assert!(receive.as_mut().poll(&mut cx).is_pending());
        sender.try_send(1).unwrap();
        // Woken, and dropped before it was polled again.
    }
    sender.try_send(2).unwrap();
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Ok(2));
}

#[test]
fn the_last_sender_ends_the_channel() {
    let (sender, mut receiver) = mpsc::channel::<i32>(1);
    let (counter, waker) = Counter::new();
    let other = sender.clone();
    let mut cx = Context::from_waker(&waker);
    drop(sender);
    assert!(receiver.poll_recv(&mut cx).is_pending());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    drop(other);
    assert_eq!(counter.count(), 1);
    assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(None));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    assert!(receiver.is_closed());
}

#[test]
fn a_receiver_that_is_gone_refuses_senders_and_wakes_those_that_wait() {
    let (sender, receiver) = mpsc::channel(1);
    sender.try_send(1).unwrap();
    let (counter, waker) = Counter::new();
    let mut send = waiting(&sender, 2, &waker);
    drop(receiver);
    assert_eq!(counter.count(), 1);
    assert_eq!(poll(&mut send, &waker), Poll::Ready(Err(SendError(2))));
    assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
    assert!(sender.is_closed());
}

#[test]
fn closing_refuses_new_values_and_keeps_those_that_were_sent() {
    let (sender, mut receiver) = mpsc::channel(2);
    sender.try_send(1).unwrap();
    receiver.close();
    assert_eq!(sender.try_send(2), Err(TrySendError::Closed(2)));
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn a_closed_channel_is_over_only_when_its_permits_are() {
    for used in [true, false] {
        let (sender, mut receiver) = mpsc::channel(2);
        let permit = sender.try_reserve().unwrap();
        receiver.close();
        let (counter, waker) = Counter::new();
        let mut cx = Context::from_waker(&waker);
        assert!(receiver.poll_recv(&mut cx).is_pending());
        if used {
            permit.send(7);
        } else {
            drop(permit);
        }
        assert_eq!(counter.count(), 1);
        let expected = used.then_some(7);
        assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(expected));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }
}

#[test]
fn a_permit_sends_without_waiting_and_gives_its_slot_back_unused() {
    let (sender, mut receiver) = mpsc::channel(1);
    let permit = sender.try_reserve().unwrap();
    assert!(matches!(sender.try_send(2), Err(TrySendError::Full(2))));
    drop(permit);
    let permit = futures::executor::block_on(sender.reserve()).unwrap();
    permit.send(1);
    assert_eq!(receiver.try_recv(), Ok(1));
    assert_eq!((sender.capacity(), sender.max_capacity()), (1, 1));
}

#[test]
fn closed_returns_when_the_receiver_goes() {
    let (sender, receiver) = mpsc::channel::<()>(1);
    let (counter, waker) = Counter::new();
    let mut cx = Context::from_waker(&waker);
    let mut closed = pin!(sender.closed());
    assert!(closed.as_mut().poll(&mut cx).is_pending());
    drop(receiver);
    assert_eq!(counter.count(), 1);
    assert!(closed.as_mut().poll(&mut cx).is_ready());
}

#[test]
fn values_that_nobody_received_are_dropped_with_the_receiver() {
    let drops = Drops::new();
    let (sender, receiver) = mpsc::channel(3);
    let permit = sender.try_reserve().unwrap();
    sender.try_send(drops.guard()).unwrap();
    drop(receiver);
    assert_eq!(drops.count(), 1);
    permit.send(drops.guard());
    assert_eq!(drops.count(), 2, "nor does a late one stay");
}

#[test]
fn a_value_that_holds_its_own_sender_is_no_deadlock() {
    struct Holds(#[expect(dead_code)] mpsc::UnboundedSender<Holds>);
    let (sender, receiver) = mpsc::unbounded_channel::<Holds>();
    sender.send(Holds(sender.clone())).unwrap();
    drop((receiver, sender));
}

#[test]
#[should_panic(expected = "buffer > 0")]
fn a_channel_without_slots_is_refused() {
    mpsc::channel::<()>(0);
}

#[test]
fn an_unbounded_channel_never_makes_a_sender_wait() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for value in 0..10_000 {
        sender.send(value).unwrap();
    }
    drop(sender);
    assert_eq!(receiver.len(), 10_000);
    let all = std::iter::from_fn(|| futures::executor::block_on(receiver.recv()));
    assert!(all.eq(0..10_000));
}

#[test]
fn an_unbounded_channel_closes_as_a_bounded_one_does() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    sender.send(1).unwrap();
    receiver.close();
    assert_eq!(sender.send(2), Err(SendError(2)));
    assert_eq!(futures::executor::block_on(receiver.recv()), Some(1));
    assert_eq!(futures::executor::block_on(receiver.recv()), None);
}

#[test]
fn many_senders_on_many_threads_lose_nothing() {
    const EACH: usize = 2_000;
    let (sender, mut receiver) = mpsc::channel(4);
    let threads: Vec<_> = (0..3)
        .map(|from| {
            let sender = sender.clone();
            std::thread::spawn(move || {
                futures::executor::block_on(async {
                    for value in 0..EACH {
                        sender.send((from, value)).await.unwrap();
                    }
                })
            })
        })
        .collect();
    drop(sender);
    let mut next = [0; 3];
    while let Some((from, value)) = futures::executor::block_on(receiver.recv()) {
        assert_eq!(value, next[from], "each sender's values stay in order");
        next[from] += 1;
    }
    assert_eq!(next, [EACH; 3]);
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_channel_takes_from_the_budget_of_the_poll() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..10).for_each(|value| sender.send(value).unwrap());
    let (counter, waker) = Counter::new();
    let mut cx = Context::from_waker(&waker);
    let receive_all = || {
        let mut received = 0;
        while receiver.poll_recv(&mut cx).is_ready() {
            received += 1;
        }
        received
    };
    assert_eq!(budget::with_budget(4, receive_all), (4, 4));
    assert_eq!(counter.count(), 1, "and the task was woken, to go on later");
}

#[test]
fn to_wait_for_the_end_of_a_channel_takes_from_the_budget_too() {
    let (sender, receiver) = mpsc::channel::<()>(1);
    drop(receiver);
    let (counter, waker) = Counter::new();
    let mut closed = pin!(sender.closed());
    let (polled, _) = budget::with_budget(0, || poll(&mut closed, &waker));
    assert!(polled.is_pending() && counter.count() == 1);
    let (polled, spent) = budget::with_budget(1, || poll(&mut closed, &waker));
    assert_eq!((polled, spent), (Poll::Ready(()), 1));
}
