//! Futures that are not `Send`, whose wakers and handles are used and dropped on other threads.
//!
//! Each future here notes on which thread it is polled and dropped: always its home.

mod common;

use std::future::pending;
use std::rc::Rc;
use std::thread;

use common::{Drops, Gate, Queue, output};
use stage4_waker::{AbortHandle, JoinHandle, OwnedTasks};

/// A future that is not `Send`, and tells `drops` when it is dropped.
async fn stays_here(gate: Gate, drops: &Drops) -> &'static str {
    let here = thread::current().id();
    let mine = Rc::new(drops.guard());
    gate.pass().await;
    assert_eq!(thread::current().id(), here);
    drop(mine);
    "home"
}

fn spawn(queue: &Queue) -> (Gate, Drops, JoinHandle<&'static str>) {
    let (gate, drops) = (Gate::new(), Drops::new());
    let (waits, tells) = (gate.clone(), drops.clone());
    let handle = queue.spawn_local(async move { stays_here(waits, &tells).await });
    (gate, drops, handle)
}

/// Runs `f` on another thread, to its end.
fn elsewhere<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    thread::spawn(f).join().unwrap()
}

#[test]
fn its_waker_may_be_woken_on_another_thread() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, mut handle) = spawn(&queue);
    queue.run(&mut list);
    elsewhere(move || gate.open());
    queue.run(&mut list);
    assert_eq!(output(&mut handle).unwrap(), "home");
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_last_waker_may_be_dropped_on_another_thread() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    let waker = gate.waker();
    drop(handle);
    queue.shutdown(&mut list);
    drop(gate);
    // By now this waker is all that is left of the task.
    elsewhere(move || drop(waker));
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_waker_may_be_woken_on_another_thread_after_its_scheduler_is_gone() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    queue.shutdown(&mut list);
    drop(list);
    elsewhere(move || gate.open());
    assert_eq!(queue.len(), 0);
    drop(handle);
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_join_handle_may_be_awaited_on_another_thread() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    let waiter = thread::spawn(move || futures::executor::block_on(handle));
    gate.open();
    queue.run(&mut list);
    assert_eq!(waiter.join().unwrap().unwrap(), "home");
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_join_handle_may_be_dropped_on_another_thread_before_it_is_done() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    elsewhere(move || drop(handle));
    gate.open();
    queue.run(&mut list);
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_join_handle_may_be_dropped_on_another_thread_with_the_output_inside() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    gate.open();
    queue.run(&mut list);
    drop(gate);
    elsewhere(move || drop(handle));
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn it_may_be_aborted_from_another_thread() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (_gate, drops, mut handle) = spawn(&queue);
    queue.run(&mut list);
    let abort = handle.abort_handle();
    elsewhere(move || abort.abort());
    assert_eq!(drops.count(), 0, "the other thread only asks");
    queue.run(&mut list);
    assert!(output(&mut handle).unwrap_err().is_cancelled());
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn its_abort_handle_may_be_the_last_to_go_on_another_thread() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, handle) = spawn(&queue);
    queue.run(&mut list);
    let abort = handle.abort_handle();
    drop((gate, handle));
    queue.shutdown(&mut list);
    elsewhere(move || {
        abort.abort();
        assert!(abort.is_finished());
        drop(abort);
    });
    assert_eq!(queue.len(), 0);
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn an_output_that_is_not_send_stays_with_its_handle() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let drops = Drops::new();
    let guard = Rc::new(drops.guard());
    let kept = guard.clone();
    let mut handle = queue.spawn_local(async move { guard });
    queue.run(&mut list);
    assert!(Rc::ptr_eq(&output(&mut handle).unwrap(), &kept));
}

#[test]
fn handles_are_send_exactly_if_what_they_give_is() {
    // Chooses the inherent constant if `T: Send`, the trait's otherwise.
    struct Is<T>(std::marker::PhantomData<T>);
    trait No {
        const SEND: bool = false;
    }
    impl<T> No for Is<T> {}
    impl<T: Send> Is<T> {
        const SEND: bool = true;
    }
    const {
        assert!(Is::<JoinHandle<String>>::SEND);
        assert!(!Is::<JoinHandle<Rc<String>>>::SEND);
        assert!(Is::<AbortHandle>::SEND);
    }
}

#[test]
fn wakes_from_many_threads_reach_a_task_that_stays() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let (gate, drops, mut handle) = spawn(&queue);
    queue.run(&mut list);
    let wakers: Vec<_> = (0..4)
        .map(|_| {
            let waker = gate.waker();
            thread::spawn(move || {
                for _ in 0..1000 {
                    waker.wake_by_ref();
                }
            })
        })
        .collect();
    while wakers.iter().any(|thread| !thread.is_finished()) {
        queue.run(&mut list);
    }
    gate.open();
    queue.run(&mut list);
    assert_eq!(output(&mut handle).unwrap(), "home");
    assert!(drops.count() == 1 && drops.all_here());
}

#[test]
fn the_assertion_in_drop_catches_a_scheduler_that_loses_a_task() {
    if !cfg!(debug_assertions) {
        return;
    }
    let queue = Queue::new();
    let handle = queue.spawn(pending::<()>());
    drop(queue.pop());
    let lost = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(handle)));
    let message = lost.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("still holds its future"), "{message}");
}
