//! Sockets on workers: also those whose worker is held.

use std::io::{Read, Write};
use std::net::TcpStream as StdStream;
use std::sync::mpsc;

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

async fn echo(stream: TcpStream) {
    let mut buffer = [0; 64];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        stream.write_all(&buffer[..count]).await.unwrap();
    }
}

#[test]
fn many_connections_are_echoed() {
    let runtime = runtime(2);
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(task::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                drop(task::spawn(echo(stream)));
            }
        }));
        let clients = (0..50u8).map(|n| {
            task::spawn(async move {
                let stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(&[n; 10]).await.unwrap();
                let mut answer = [0; 10];
                stream.read_exact(&mut answer).await.unwrap();
                assert_eq!(answer, [n; 10]);
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
    });
}

#[test]
fn sockets_of_a_worker_that_is_held_are_still_served() {
    let runtime = runtime(2);
    let (bound, address) = mpsc::channel();
    let (answered, was_answered) = mpsc::channel::<()>();
    // Its worker is the home of the listener. The poll then lasts until an echo has been answered.
    let holder = runtime.spawn(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        bound.send(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        drop(task::spawn(echo(stream)));
        // The echo runs once before this poll goes on, so that it waits at a socket of this worker.
        task::yield_now().await;
        was_answered.recv().unwrap();
    });
    let mut client = StdStream::connect(address.recv().unwrap()).unwrap();
    for n in 0..10 {
        client.write_all(&[n; 3]).unwrap();
        let mut answer = [0; 3];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [n; 3]);
    }
    answered.send(()).unwrap();
    runtime.block_on(holder).unwrap();
}

#[test]
fn the_halves_of_a_stream_are_owned_by_two_tasks() {
    let runtime = runtime(2);
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = task::spawn(async move { echo(listener.accept().await.unwrap().0).await });
        let (read, write) = TcpStream::connect(address).await.unwrap().into_split();
        let writer = task::spawn(async move { write.write_all(b"both ways").await });
        let reader = task::spawn(async move {
            let mut text = Vec::new();
            // The write half is dropped when all is written; so the echo ends, and this with it.
            read.read_to_end(&mut text).await.map(|_| text)
        });
        writer.await.unwrap().unwrap();
        assert_eq!(reader.await.unwrap().unwrap(), b"both ways");
        server.await.unwrap();
    });
}
