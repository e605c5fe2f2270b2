//! A task whose channels and sockets are always ready lets its siblings run: at least once in 200 operations, counted.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::FutureExt;
use stage3_executor::future::{join_all, yield_now};
use stage3_executor::net::TcpListener;
use stage4_waker::channel::mpsc;
use stage4_waker::{LocalExecutor, spawn_local};

/// How many operations a sibling may have to wait for.
const LIMIT: usize = 200;

/// Operations that were completed, and whether more will come.
#[derive(Default)]
struct Operations {
    completed: AtomicUsize,
    all_done: AtomicBool,
}

impl Operations {
    fn count(&self) {
        self.completed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes turns with others for as long as they have operations to do; returns the most that were completed
/// between two of its own turns.
async fn sibling(operations: Arc<Operations>) -> usize {
    let (mut seen, mut most) = (0, 0);
    loop {
        let completed = operations.completed.load(Ordering::Relaxed);
        most = most.max(completed - seen);
        seen = completed;
        if operations.all_done.load(Ordering::Relaxed) {
            return most;
        }
        yield_now().await;
    }
}

/// Receives from a channel that is never empty.
async fn drain(operations: Arc<Operations>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..5_000).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    while receiver.recv().await.is_some() {
        operations.count();
    }
}

/// Echoes byte by byte what has arrived already.
async fn echo(operations: Arc<Operations>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    client.write_all(&[7; 5_000]).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut byte = [0];
    while stream.read(&mut byte).await.unwrap() == 1 {
        operations.count();
        stream.write_all(&byte).await.unwrap();
        operations.count();
    }
    let mut echoed = Vec::new();
    drop(stream);
    client.read_to_end(&mut echoed).unwrap();
    assert_eq!(echoed, [7; 5_000]);
}

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
