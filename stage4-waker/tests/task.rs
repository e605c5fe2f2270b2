//! The task between two polls: who enqueues, what coalesces, and what is dropped when.

mod common;

use std::future::{pending, poll_fn, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use common::{Counter, Drops, Gate, Queue, output};
use stage4_waker::{JoinHandle, OwnedTasks};

fn poll<T>(handle: &mut JoinHandle<T>, waker: &std::task::Waker) -> bool {
    Pin::new(handle)
        .poll(&mut Context::from_waker(waker))
        .is_ready()
}

#[test]
fn a_task_that_is_ready_at_once_never_enters_a_list() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(ready(7));
    assert!(list.is_empty() && !handle.is_finished());
    assert_eq!(queue.run(&mut list), 1);
    assert!(list.is_empty() && handle.is_finished());
    assert_eq!(output(&mut handle).unwrap(), 7);
}

#[test]
fn a_task_that_waits_is_in_its_workers_list_until_it_completes() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let _handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut list);
    assert_eq!(list.len(), 1);
    gate.open();
    queue.run(&mut list);
    assert!(list.is_empty());
}

#[test]
fn a_task_that_completes_elsewhere_is_released_by_message() {
    let (queue, mut home, mut away) = (Queue::new(), OwnedTasks::new(3), OwnedTasks::new(4));
    let gate = Gate::new();
    let waits = gate.clone();
    let _handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut home);
    gate.open();
    queue.run(&mut away);
    assert!(away.is_empty());
    let released = queue.released();
    assert_eq!(released.len(), 1);
    assert_eq!(released[0].0, 3, "the message goes to the owner");
    assert_eq!(home.len(), 1);
    home.remove(released[0].1);
    assert!(home.is_empty());
}

#[test]
fn four_wakes_make_one_poll() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let _handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut list);
    for _ in 0..4 {
        gate.waker().wake_by_ref();
    }
    assert_eq!(queue.len(), 1);
    assert_eq!(queue.run(&mut list), 1);
    assert_eq!(gate.polls(), 2);
    queue.shutdown(&mut list);
}

#[test]
fn a_wake_during_poll_polls_once_more() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut polls = 0;
    let mut handle = queue.spawn(poll_fn(move |cx| {
        polls += 1;
        if polls == 3 {
            return Poll::Ready(polls);
        }
        cx.waker().wake_by_ref();
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    assert_eq!(
        queue.run(&mut list),
        3,
        "one entry a poll, however many wakes"
    );
    assert_eq!(output(&mut handle).unwrap(), 3);
}

#[test]
fn wakes_after_completion_are_harmless() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let mut handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut list);
    let late = gate.waker();
    gate.open();
    queue.run(&mut list);
    late.wake_by_ref();

    assert_eq!(queue.len(), 0);
    output(&mut handle).unwrap();
    drop(handle);
    late.wake();
    assert_eq!(queue.len(), 0);
}

#[test]
fn the_future_is_dropped_as_soon_as_it_is_done() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let drops = Drops::new();
    let guard = drops.guard();
    let mut held = Some(guard);
    let handle = queue.spawn(poll_fn(move |_| {
        assert!(held.is_some());
        // The guard stays inside: only the drop of the future can drop it.
        let _ = &mut held;
        Poll::Ready(())
    }));
    queue.run(&mut list);
    assert_eq!(drops.count(), 1, "and not when the handle goes");
    drop(handle);
    assert_eq!(drops.count(), 1);
}

#[test]
fn the_join_handle_is_woken_once_and_gives_the_output() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (counter, waker) = Counter::new();
    let mut handle = queue.spawn(async { "done" });
    assert!(!poll(&mut handle, &waker));
    queue.run(&mut list);
    assert_eq!(counter.count(), 1);
    assert_eq!(output(&mut handle).unwrap(), "done");
}

#[test]
fn of_several_join_wakers_the_latest_wins() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let ((early, first), (late, second)) = (Counter::new(), Counter::new());
    let mut handle = queue.spawn(ready(()));
    assert!(!poll(&mut handle, &first));
    assert!(!poll(&mut handle, &second));
    queue.run(&mut list);
    assert_eq!((early.count(), late.count()), (0, 1));
}

#[test]
#[should_panic(expected = "polled after it had given its output")]
fn polling_a_join_handle_after_its_output_panics() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(ready(()));
    queue.run(&mut list);
    output(&mut handle).unwrap();
    let _ = output(&mut handle);
}

#[test]
fn a_dropped_join_handle_detaches_the_task() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops) = (Gate::new(), Drops::new());
    let (waits, guard) = (gate.clone(), drops.guard());
    drop(queue.spawn(async move {
        waits.pass().await;
        guard
    }));
    queue.run(&mut list);
    assert_eq!(drops.count(), 0);
    gate.open();
    queue.run(&mut list);
    assert_eq!(
        drops.count(),
        1,
        "the output of a detached task is dropped when it comes"
    );
}

#[test]
fn a_join_handle_that_is_dropped_drops_its_waker() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (counter, waker) = Counter::new();
    let mut handle = queue.spawn(pending::<()>());
    queue.run(&mut list);
    assert!(!poll(&mut handle, &waker));
    assert_eq!(std::sync::Arc::strong_count(&counter), 3);
    drop(handle);
    assert_eq!(std::sync::Arc::strong_count(&counter), 2);
    queue.shutdown(&mut list);
}

#[test]
fn abort_drops_the_future_of_a_waiting_task() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let drops = Drops::new();
    let guard = drops.guard();
    let mut handle = queue.spawn(async move {
        let _guard = guard;
        pending::<()>().await
    });
    queue.run(&mut list);
    handle.abort();
    handle.abort();
    assert_eq!(
        (drops.count(), queue.len()),
        (0, 1),
        "not here, but where it would be polled"
    );
    assert!(!handle.is_finished());
    queue.run(&mut list);
    assert_eq!(drops.count(), 1);
    assert!(list.is_empty() && handle.is_finished());
    assert!(output(&mut handle).unwrap_err().is_cancelled());
}

#[test]
fn abort_before_the_first_poll_means_no_poll() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let mut handle = queue.spawn(async move { waits.pass().await });
    handle.abort_handle().abort();
    queue.run(&mut list);
    assert_eq!(gate.polls(), 0);
    assert!(output(&mut handle).unwrap_err().is_cancelled());
}

#[test]
fn abort_from_inside_takes_effect_at_the_end_of_the_poll() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let slot = std::sync::Arc::new(std::sync::OnceLock::<stage4_waker::AbortHandle>::new());
    let inside = slot.clone();
    let mut handle = queue.spawn(async move {
        inside.get().unwrap().abort();
        pending::<()>().await
    });
    slot.set(handle.abort_handle()).unwrap();
    assert_eq!(
        queue.run(&mut list),
        1,
        "dropped in the same turn, without another entry"
    );
    assert!(output(&mut handle).unwrap_err().is_cancelled());
}

#[test]
fn a_task_that_completes_wins_over_its_abort() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(ready(1));
    queue.run(&mut list);
    handle.abort();
    assert_eq!(queue.len(), 0);
    assert_eq!(output(&mut handle).unwrap(), 1);
}

#[test]
fn a_shutdown_drops_every_future_once_and_cancels_the_join_handles() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let drops = Drops::new();
    let task = |guard| async move {
        let _guard = guard;
        pending::<()>().await
    };
    let mut waiting = queue.spawn(task(drops.guard()));
    queue.run(&mut list);
    let mut queued = queue.spawn(task(drops.guard()));
    queue.shutdown(&mut list);
    assert_eq!(drops.count(), 2);
    assert!(output(&mut waiting).unwrap_err().is_cancelled());
    assert!(output(&mut queued).unwrap_err().is_cancelled());
}

#[test]
fn a_shutdown_leaves_a_task_to_whoever_holds_its_entry_to_be_dropped_by_that_one() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let mut handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut list);
    gate.waker().wake();
    list.shutdown();
    assert!(!handle.is_finished());
    assert_eq!(queue.run(&mut list), 1);
    assert!(output(&mut handle).unwrap_err().is_cancelled());
    assert_eq!(gate.polls(), 1);
}

#[test]
fn wakes_that_find_a_task_complete_make_no_entry() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let gate = Gate::new();
    let waits = gate.clone();
    let handle = queue.spawn(async move { waits.pass().await });
    queue.run(&mut list);
    let waker = gate.waker();
    list.shutdown();
    waker.wake_by_ref();
    handle.abort();
    assert_eq!((queue.len(), gate.polls()), (0, 1));
}
