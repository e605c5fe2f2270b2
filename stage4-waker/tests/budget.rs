//! A task whose channels and sockets are always ready lets its siblings run: at least once in 200 operations, counted.

mod greedy;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::FutureExt;
use greedy::{LIMIT, Operations, drain, echo, sibling};
use stage3_executor::future::join_all;
use stage4_waker::{LocalExecutor, spawn_local};

/// Runs greedy work beside a sibling; returns how many operations it was, and how many the sibling waited for at most.
fn beside_a_sibling<F: Future + 'static>(work: impl Fn(Arc<Operations>) -> F) -> (usize, usize) {
    let operations = Arc::new(Operations::default());
    let most = LocalExecutor::new().unwrap().block_on(async {
        let greedy = work(operations.clone());
        let end = operations.clone();
        let greedy = spawn_local(async move {
            greedy.await;
            end.all_done.store(true, Ordering::Relaxed);
        });
        let most = spawn_local(sibling(operations.clone())).await.unwrap();
        greedy.await.unwrap();
        most
    });
    (operations.completed.load(Ordering::Relaxed), most)
}

#[test]
fn an_echo_loop_over_a_socket_that_is_always_ready_lets_a_sibling_run() {
    let (completed, most) = beside_a_sibling(echo);
    assert_eq!(completed, 10_000);
    assert!(most <= LIMIT, "the sibling waited for {most} operations");
}

#[test]
fn channels_that_are_always_ready_in_one_task_let_a_sibling_run() {
    let work =
        |operations: Arc<Operations>| join_all((0..50).map(move |_| drain(operations.clone())));
    let (completed, most) = beside_a_sibling(work);
    assert_eq!(completed, 250_000);
    assert!(most <= LIMIT, "the sibling waited for {most} operations");
}

#[test]
fn channels_and_sockets_share_the_budget_of_their_task() {
    let work = |operations: Arc<Operations>| {
        join_all((0..4).map(move |n| match n % 2 {
            0 => drain(operations.clone()).boxed_local(),
            _ => echo(operations.clone()).boxed_local(),
        }))
    };
    let (completed, most) = beside_a_sibling(work);
    assert_eq!(completed, 30_000);
    assert!(most <= LIMIT, "the sibling waited for {most} operations");
}
