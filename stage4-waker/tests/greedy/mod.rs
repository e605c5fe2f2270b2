//! Tasks whose channels and sockets are always ready, and a sibling that counts what it has to wait for. The tests of budgets in this stage
//! and in the next one use them, each under its own executor.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use stage3_executor::future::yield_now;
use stage3_executor::net::TcpListener;
use stage4_waker::channel::mpsc;

/// How many operations a sibling may have to wait for.
pub(crate) const LIMIT: usize = 200;

/// Operations that were completed, and whether more will come.
#[derive(Default)]
pub(crate) struct Operations {
    pub(crate) completed: AtomicUsize,
    pub(crate) all_done: AtomicBool,
}

impl Operations {
    fn count(&self) {
        self.completed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes turns with others for as long as they have operations to do; returns the most that were completed
/// between two of its own turns.
pub(crate) async fn sibling(operations: Arc<Operations>) -> usize {
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
pub(crate) async fn drain(operations: Arc<Operations>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..5_000).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    while receiver.recv().await.is_some() {
        operations.count();
    }
}

/// Echoes byte by byte what has arrived already.
pub(crate) async fn echo(operations: Arc<Operations>) {
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
