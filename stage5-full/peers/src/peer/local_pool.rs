//! The single-threaded executor of the `futures` crate. It has neither timers nor sockets.

use super::Peer;
use super::join::yield_now;
use futures::SinkExt;
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::RemoteHandle;
use futures::task::LocalSpawnExt;
use std::cell::RefCell;
use std::future::Future;

/// The executor on one thread.
pub enum FuturesLocal {}

thread_local! {
    static SPAWNER: RefCell<Option<LocalSpawner>> = const { RefCell::new(None) };
}

fn with_spawner<R>(spawn: impl FnOnce(&LocalSpawner) -> R) -> R {
    SPAWNER.with_borrow(|spawner| spawn(spawner.as_ref().expect("within the pool")))
}

impl Peer for FuturesLocal {
    type Join<T: Send + 'static> = RemoteHandle<T>;
    type OneshotSender = oneshot::Sender<u64>;
    type OneshotReceiver = oneshot::Receiver<u64>;
    type Sender = mpsc::Sender<u64>;
    type Receiver = mpsc::Receiver<u64>;

    fn run<F: Future>(_workers: usize, root: F) -> F::Output {
        let mut pool = LocalPool::new();
        SPAWNER.set(Some(pool.spawner()));
        pool.run_until(root)
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output> {
        with_spawner(|spawner| spawner.spawn_local_with_handle(future)).expect("the pool runs")
    }
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static) {
        with_spawner(|spawner| spawner.spawn_local(future)).expect("the pool runs");
    }
    fn yield_now() -> impl Future<Output = ()> + Send {
        yield_now()
    }

    fn oneshot() -> (Self::OneshotSender, Self::OneshotReceiver) {
        oneshot::channel()
    }
    fn oneshot_send(sender: Self::OneshotSender, value: u64) {
        sender.send(value).expect("a receiver");
    }
    async fn oneshot_receive(receiver: Self::OneshotReceiver) -> u64 {
        receiver.await.expect("a sender")
    }

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver) {
        mpsc::channel(capacity)
    }
    async fn send(sender: &mut Self::Sender, value: u64) {
        sender.send(value).await.expect("a receiver");
    }
    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.next().await
    }
}
