//! `async-executor`'s `LocalExecutor`, with `async-io` as its reactor.

use super::Peer;
use futures::channel::oneshot;
use smol::LocalExecutor;
use std::future::Future;

/// The executor on one thread.
pub enum AsyncLocal {}

thread_local! {
    static EXECUTOR: &'static LocalExecutor<'static> = Box::leak(Box::new(LocalExecutor::new()));
}

impl Peer for AsyncLocal {
    type Join<T: Send + 'static> = smol::Task<T>;
    type OneshotSender = oneshot::Sender<u64>;
    type OneshotReceiver = oneshot::Receiver<u64>;
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn run<F: Future>(_workers: usize, root: F) -> F::Output {
        smol::block_on(EXECUTOR.with(|executor| executor.run(root)))
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output> {
        EXECUTOR.with(|executor| executor.spawn(future))
    }
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.with(|executor| executor.spawn(future)).detach();
    }
    fn yield_now() -> impl Future<Output = ()> + Send {
        smol::future::yield_now()
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
        async_channel::bounded(capacity)
    }
    async fn send(sender: &mut Self::Sender, value: u64) {
        sender.send(value).await.expect("a receiver");
    }
    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }
}
