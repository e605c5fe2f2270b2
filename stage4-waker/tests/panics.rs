//! A panic ends its own task, is given to the join handle, and leaves the siblings alone.

mod common;

use std::future::{pending, ready};
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

use common::{Queue, output};
use stage4_waker::{JoinError, OwnedTasks};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the destructor went off");
    }
}

fn bomb_future() -> impl Future<Output = i32> + Send {
    let bomb = Bomb;
    let mut first = true;
    std::future::poll_fn(move |_| {
        let _ = &bomb;
        if std::mem::take(&mut first) {
            Poll::Ready(1)
        } else {
            Poll::Pending
        }
    })
}

#[test]
fn a_panic_in_poll_goes_to_the_join_handle_and_the_siblings_go_on() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut polls = 0;
    let mut panics = queue.spawn(async move {
        polls += 1;
        panic!("poll number {polls}")
    });
    let mut sibling = queue.spawn(ready(2));
    queue.run(&mut list);
    let error: JoinError = output::<()>(&mut panics).unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.id(), panics.id());
    assert!(
        error
            .to_string()
            .ends_with("panicked with message \"poll number 1\"")
    );
    assert_eq!(
        *error.into_panic().downcast::<String>().unwrap(),
        "poll number 1"
    );
    assert_eq!(output(&mut sibling).unwrap(), 2);
}

#[test]
fn a_panic_in_the_futures_destructor_goes_to_the_join_handle() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(bomb_future());
    queue.run(&mut list);
    let payload = output(&mut handle).unwrap_err().into_panic();
    assert_eq!(
        *payload.downcast::<&str>().unwrap(),
        "the destructor went off"
    );
}

#[test]
fn a_panic_in_the_destructor_of_an_aborted_future_goes_to_the_join_handle() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(async {
        let _bomb = Bomb;
        pending::<()>().await
    });
    queue.run(&mut list);
    handle.abort();
    queue.run(&mut list);
    assert!(output(&mut handle).unwrap_err().is_panic());
}

#[test]
fn a_panic_in_the_destructor_of_a_detached_output_is_contained() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    drop(queue.spawn(async { Bomb }));
    let mut sibling = queue.spawn(ready(3));
    queue.run(&mut list);
    assert_eq!(output(&mut sibling).unwrap(), 3);
}

#[test]
fn a_panic_in_the_destructor_of_an_untaken_output_does_not_reach_who_drops_the_handle() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let handle = queue.spawn(async { Bomb });
    queue.run(&mut list);
    drop(handle);
}

#[test]
fn a_waker_that_panics_is_contained() {
    struct Grumpy;
    impl Wake for Grumpy {
        fn wake(self: Arc<Self>) {
            panic!("let me sleep");
        }
    }
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(ready(4));
    let waker = Arc::new(Grumpy).into();
    let early = std::pin::Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
    assert!(early.is_pending());
    let mut sibling = queue.spawn(ready(5));
    queue.run(&mut list);
    assert_eq!(output(&mut handle).unwrap(), 4);
    assert_eq!(output(&mut sibling).unwrap(), 5);
}

#[test]
fn the_error_of_a_cancelled_task_is_not_a_panic() {
    let (queue, mut list) = (Queue::new(), OwnedTasks::new(0));
    let mut handle = queue.spawn(pending::<()>());
    handle.abort();
    queue.run(&mut list);
    let error = output(&mut handle).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("task {} was cancelled", handle.id())
    );
    assert!(error.try_into_panic().unwrap_err().is_cancelled());
}
