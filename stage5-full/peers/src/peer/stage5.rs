//! Stage 5: this workspace's multi-threaded runtime.

use super::join::Join;
use super::{Full, Peer};
use stage4_waker::channel::{mpsc, oneshot};
use stage5_full::task::JoinHandle;
use stage5_full::{net, runtime, task, time};
use std::future::Future;
use std::io;
use std::time::Duration;

/// The work-stealing runtime.
pub enum Stage5 {}

impl Peer for Stage5 {
    type Join<T: Send + 'static> = Join<JoinHandle<T>>;
    type OneshotSender = oneshot::Sender<u64>;
    type OneshotReceiver = oneshot::Receiver<u64>;
    type Sender = mpsc::Sender<u64>;
    type Receiver = mpsc::Receiver<u64>;

    fn run<F: Future>(workers: usize, root: F) -> F::Output {
        runtime::Builder::new_multi_thread()
            .worker_threads(workers)
            .build()
            .expect("a runtime")
            .block_on(root)
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output> {
        Join(stage5_full::spawn(future))
    }
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static) {
        drop(stage5_full::spawn(future));
    }
    fn yield_now() -> impl Future<Output = ()> + Send {
        task::yield_now()
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

impl Full for Stage5 {
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
