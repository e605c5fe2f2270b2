//! What a workload asks of a runtime, and the runtimes that are asked.
//!
//! A workload is written once, against these traits; so what differs between two rows of the table is the runtime and
//! nothing else. Channels are each runtime's own where it has some, since a program uses those.
//!
//! Every peer runs the root future as its `block_on` does: on the thread that called it, which for the multi-threaded ones
//! is not one of the workers.

use std::future::Future;
use std::io;
use std::time::Duration;

pub mod async_executor;
pub mod local_pool;
pub mod smol;
pub mod stage4;
pub mod stage5;
pub mod tokio;

mod join;

/// A runtime with its tasks and channels.
pub trait Peer: 'static {
    /// A spawned task, to be awaited.
    type Join<T: Send + 'static>: Future<Output = T> + Send + 'static;
    /// The sending end of a channel for one value.
    type OneshotSender: Send + 'static;
    /// The receiving end of it.
    type OneshotReceiver: Send + 'static;
    /// The sending end of a bounded channel.
    type Sender: Clone + Send + 'static;
    /// The receiving end of it.
    type Receiver: Send + 'static;

    /// Starts the runtime with so many threads that run tasks, where one can choose, and runs `root` on it.
    fn run<F: Future>(workers: usize, root: F) -> F::Output;
    /// Spawns a task from within the runtime.
    fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> Self::Join<F::Output>;
    /// Spawns a task that nobody waits for.
    fn spawn_detached(future: impl Future<Output = ()> + Send + 'static);
    /// Goes behind the other tasks once.
    fn yield_now() -> impl Future<Output = ()> + Send;

    /// A channel for one value.
    fn oneshot() -> (Self::OneshotSender, Self::OneshotReceiver);
    /// Sends the value.
    fn oneshot_send(sender: Self::OneshotSender, value: u64);
    /// Receives it.
    fn oneshot_receive(receiver: Self::OneshotReceiver) -> impl Future<Output = u64> + Send;

    /// A bounded channel.
    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver);
    /// Sends, waiting for room.
    fn send(sender: &mut Self::Sender, value: u64) -> impl Future<Output = ()> + Send;
    /// Receives; `None` when every sender is gone.
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;
}

/// A runtime that also has timers and sockets.
pub trait Full: Peer {
    /// A listening socket.
    type Listener: Send + Sync + 'static;
    /// A connection.
    type Stream: Send + 'static;

    /// Sleeps.
    fn sleep(duration: Duration) -> impl Future<Output = ()> + Send + 'static;

    /// Takes over a listener that is set to non-blocking.
    fn listener(listener: std::net::TcpListener) -> io::Result<Self::Listener>;
    /// Takes over a connection that is set to non-blocking.
    fn stream(stream: std::net::TcpStream) -> io::Result<Self::Stream>;
    /// Waits for a connection.
    fn accept(listener: &Self::Listener) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    /// Reads what is there, waiting for it; 0 at the end.
    fn read(
        stream: &mut Self::Stream,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send;
    /// Writes all of it.
    fn write_all(
        stream: &mut Self::Stream,
        bytes: &[u8],
    ) -> impl Future<Output = io::Result<()>> + Send;
}
