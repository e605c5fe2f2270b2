//! A task whose channels and sockets are always ready lets its siblings run: at least once in 200 operations, counted.

#[path = "../../stage4-waker/tests/greedy/mod.rs"]
mod greedy;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::FutureExt;
use futures::future::join_all;
use greedy::{LIMIT, Operations, drain, echo, sibling};
use stage5_full::runtime::Builder;
use stage5_full::task;

/// Runs greedy work beside a sibling, on one worker; returns how many operations it was, and how many the sibling
/// waited for at most.
fn beside_a_sibling<F>(work: impl Fn(Arc<Operations>) -> F) -> (usize, usize)
where
    F: Future + Send + 'static,
{
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let operations = Arc::new(Operations::default());
    let greedy = work(operations.clone());
    let end = operations.clone();
    let count = operations.clone();
    let both = runtime.spawn(async move {
        let greedy = task::spawn(async move {
            greedy.await;
            end.all_done.store(true, Ordering::Relaxed);
        });
        let most = task::spawn(sibling(count)).await.unwrap();
        greedy.await.unwrap();
        most
    });
    let most = runtime.block_on(both).unwrap();
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
            0 => drain(operations.clone()).boxed(),
            _ => echo(operations.clone()).boxed(),
        }))
    };
    let (completed, most) = beside_a_sibling(work);
    assert_eq!(completed, 30_000);
    assert!(most <= LIMIT, "the sibling waited for {most} operations");
}
