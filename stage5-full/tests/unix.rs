//! Unix sockets on workers.
#![cfg(unix)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use stage5_full::net::{UnixListener, UnixStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// A path of its own for a socket; the file is removed in the end.
struct SocketPath(PathBuf);

impl SocketPath {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("stages-unix-{}-{number}", std::process::id());
        SocketPath(std::env::temp_dir().join(name))
    }
}

impl Drop for SocketPath {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn echo(stream: UnixStream) {
    let mut buffer = [0; 64];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        stream.write_all(&buffer[..count]).await.unwrap();
    }
}

#[test]
fn many_unix_connections_are_echoed() {
    let (runtime, path) = (runtime(2), SocketPath::new());
    let served = path.0.clone();
    runtime.block_on(async {
        let listener = UnixListener::bind(&served).unwrap();
        let server = task::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                drop(task::spawn(echo(stream)));
            }
        });
        let clients = (0..50u8).map(|n| {
            let path = served.clone();
            task::spawn(async move {
                let stream = UnixStream::connect(path).await.unwrap();
                stream.write_all(&[n; 100]).await.unwrap();
                let mut answer = [0; 100];
                stream.read_exact(&mut answer).await.unwrap();
                assert_eq!(answer, [n; 100]);
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn the_halves_of_a_unix_stream_are_owned_by_two_tasks() {
    const MUCH: usize = 1 << 20;
    let runtime = runtime(2);
    runtime.block_on(async {
        let (here, there) = UnixStream::pair().unwrap();
        let server = task::spawn(echo(there));
        let (read, write) = here.into_split();
        // More than a socket holds: so it works only if both halves go on at the same time.
        let writer = task::spawn(async move {
            write.write_all(&vec![7; MUCH]).await.unwrap();
        });
        let reader = task::spawn(async move {
            let mut all = Vec::new();
            read.read_to_end(&mut all).await.map(|_| all)
        });
        writer.await.unwrap();
        let all = reader.await.unwrap().unwrap();
        assert!(all.len() == MUCH && all.iter().all(|&byte| byte == 7));
        server.await.unwrap();
    });
}

#[test]
fn the_halves_of_a_unix_stream_are_joined_again() {
    runtime(1).block_on(async {
        let (here, there) = UnixStream::pair().unwrap();
        let (read, write) = here.into_split();
        write.write_all(b"before").await.unwrap();
        let whole = read.reunite(write).unwrap();
        whole.write_all(b" and after").await.unwrap();
        drop(whole);
        let mut text = Vec::new();
        there.read_to_end(&mut text).await.unwrap();
        assert_eq!(text, b"before and after");
    });
}

#[test]
fn a_unix_socket_that_nobody_listens_at_is_refused() {
    let (runtime, path) = (runtime(1), SocketPath::new());
    let missing = runtime.block_on(UnixStream::connect(&path.0));
    assert_eq!(missing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
    runtime.block_on(async { drop(UnixListener::bind(&path.0).unwrap()) });
    let refused = runtime.block_on(UnixStream::connect(&path.0));
    let kind = refused.unwrap_err().kind();
    assert_eq!(kind, std::io::ErrorKind::ConnectionRefused);
}
