//! Stage 4: this workspace's single-threaded executor, with stage 3's timers and sockets.

use super::join::Join;
use super::{Full, Peer};
use stage3_executor::{future, net, time};
use stage4_waker::channel::{mpsc, oneshot};
use stage4_waker::{JoinHandle, LocalExecutor, spawn_local};
use std::future::Future;
use std::io;
use std::time::Duration;

/// The executor on one thread.
pub enum Stage4 {}

impl Peer for Stage4 {
    type Join<T: Send + 'static> = Join<JoinHandle<T>>;
    type OneshotSender = oneshot::Sender<u64>;
    type OneshotReceiver = oneshot::Receiver<u64>;
    type Sender = mpsc::Sender<u64>;
    type Receiver = mpsc::Receiver<u64>;

    fn run<F: Future>(_workers: usize, root: F) -> F::Output {
        LocalExecutor::new().expect("an executor").block_on(root)
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output> {
        Join(spawn_local(future))
    }
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static) {
        drop(spawn_local(future));
    }
    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
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
        receiver.recv().await
    }
}

impl Full for Stage4 {
    type Listener = net::TcpListener;
    type Stream = net::TcpStream;

    fn sleep(duration: Duration) -> impl Future<Output = ()> + Send + 'static {
        time::sleep(duration)
    }

    fn listener(listener: std::net::TcpListener) -> io::Result<Self::Listener> {
        net::TcpListener::from_std(listener)
    }
    fn stream(stream: std::net::TcpStream) -> io::Result<Self::Stream> {
        net::TcpStream::from_std(stream)
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
