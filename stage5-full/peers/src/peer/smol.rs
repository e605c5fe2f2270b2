//! smol: `async-executor` on as many threads as are asked for, with `async-io` as its reactor.
//!
//! smol has no channel for one value; that of `futures` is what its users take.

use super::{Full, Peer};
use futures::channel::oneshot;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use std::future::Future;
use std::io;
use std::sync::LazyLock;
use std::time::Duration;

/// An executor shared by its threads.
pub enum Smol {}

static EXECUTOR: LazyLock<smol::Executor<'static>> = LazyLock::new(smol::Executor::new);

impl Peer for Smol {
    type Join<T: Send + 'static> = smol::Task<T>;
    type OneshotSender = oneshot::Sender<u64>;
    type OneshotReceiver = oneshot::Receiver<u64>;
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn run<F: Future>(workers: usize, root: F) -> F::Output {
        let (stop, stopped) = async_channel::bounded::<()>(1);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| smol::block_on(EXECUTOR.run(stopped.recv())));
            }
            let output = smol::block_on(root);
            stop.close();
            output
        })
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output> {
        EXECUTOR.spawn(future)
    }
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.spawn(future).detach();
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

impl Full for Smol {
    type Listener = smol::net::TcpListener;
    type Stream = smol::net::TcpStream;

    async fn sleep(duration: Duration) {
        smol::Timer::after(duration).await;
    }

    fn listener(listener: std::net::TcpListener) -> io::Result<Self::Listener> {
        Ok(smol::Async::new_nonblocking(listener)?.into())
    }
    fn stream(stream: std::net::TcpStream) -> io::Result<Self::Stream> {
        Ok(smol::Async::new_nonblocking(stream)?.into())
    }
    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        listener.accept().await.map(|(stream, _)| stream)
    }
    async fn read(stream: &mut Self::Stream, buffer: &mut [u8]) -> io::Result<usize> {
        stream.read(buffer).await
    }
    async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes).await
    }
}
