//! The field's libraries that belong to no runtime, on this one, as they are: `futures`, `async-channel`, `async-lock`.

use std::sync::Arc;
use std::time::Duration;

use futures::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::{Spawn, SpawnExt};
use futures::{FutureExt, pin_mut};

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;
use stage5_full::time::{sleep, timeout};

fn block_on<F: Future>(future: F) -> F::Output {
    let limit = timeout(Duration::from_secs(30), future);
    runtime().block_on(async { limit.await.expect("in time") })
}

fn runtime() -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    runtime.expect("a runtime")
}

async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connect = TcpStream::connect(listener.local_addr().unwrap());
    let (accepted, connected) = futures::join!(listener.accept(), connect);
    (connected.unwrap(), accepted.unwrap().0)
}

#[test]
fn a_library_spawns_through_the_spawn_trait() {
    async fn library(spawner: impl SpawnExt) -> u32 {
        let task = spawner.spawn_with_handle(async {
            task::yield_now().await;
            7
        });
        task.unwrap().await
    }
    let runtime = runtime();
    let handle = runtime.handle().clone();
    assert_eq!(runtime.block_on(library(&handle)), 7);
    assert_eq!(runtime.block_on(library(&runtime)), 7);
    drop(runtime);
    assert!(handle.status().unwrap_err().is_shutdown());
    assert!(
        SpawnExt::spawn(&handle, async {})
            .unwrap_err()
            .is_shutdown()
    );
}

#[test]
fn extension_traits_read_and_write_a_stream_by_lines() {
    block_on(async {
        let (mut client, server) = tcp_pair().await;
        let upper = task::spawn(async move {
            let mut lines = BufReader::new(&server).lines();
            while let Some(line) = lines.next().await {
                let answer = line.unwrap().to_uppercase() + "\n";
                AsyncWriteExt::write_all(&mut &server, answer.as_bytes())
                    .await
                    .unwrap();
            }
        });
        AsyncWriteExt::write_all(&mut client, b"one\ntwo\n")
            .await
            .unwrap();
        client.close().await.unwrap();
        let mut answers = String::new();
        client.read_to_string(&mut answers).await.unwrap();
        assert_eq!(answers, "ONE\nTWO\n");
        upper.await.unwrap();
    });
}

#[test]
fn extension_traits_copy_between_owned_halves() {
    block_on(async {
        let (client, server) = tcp_pair().await;
        let (from_client, mut to_client) = server.into_split();
        let echo = task::spawn(async move {
            let copied = copy(from_client, &mut to_client).await.unwrap();
            to_client.close().await.unwrap();
            copied
        });
        let (mut from_server, mut to_server) = client.into_split();
        let sent: Vec<u8> = (0..500_000u32).map(|n| n as u8).collect();
        let expected = sent.clone();
        let sender = task::spawn(async move {
            AsyncWriteExt::write_all(&mut to_server, &sent)
                .await
                .unwrap();
            AsyncWriteExt::close(&mut to_server).await.unwrap();
            to_server
        });
        let mut received = Vec::new();
        AsyncReadExt::read_to_end(&mut from_server, &mut received)
            .await
            .unwrap();
        assert!(received == expected);
        assert_eq!(echo.await.unwrap(), expected.len() as u64);
        from_server.reunite(sender.await.unwrap()).unwrap();
    });
}

#[test]
fn streams_are_made_of_accepts_and_of_tasks() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = futures::stream::unfold(listener, async |listener| {
            let accepted = listener.accept().await;
            Some((accepted.unwrap().0, listener))
        });
        let server = connections
            .take(10)
            .for_each_concurrent(None, async |stream| {
                AsyncWriteExt::write_all(&mut &stream, b"hello")
                    .await
                    .unwrap();
            });
        let clients: FuturesUnordered<_> = (0..10)
            .map(|_| {
                task::spawn(async move {
                    let stream = TcpStream::connect(address).await.unwrap();
                    stream.read_to_end(&mut Vec::new()).await.unwrap()
                })
            })
            .collect();
        let lengths = clients.map(|length| length.unwrap()).collect::<Vec<_>>();
        let ((), lengths) = futures::join!(server, lengths);
        assert_eq!(lengths, [5; 10]);
    });
}

#[test]
fn select_and_join_take_our_futures() {
    block_on(async {
        let (client, server) = tcp_pair().await;
        let mut buffer = [0; 8];
        let read = server.read(&mut buffer).fuse();
        let limit = sleep(Duration::from_millis(1)).fuse();
        pin_mut!(read, limit);
        futures::select! {
            count = read => panic!("{count:?} bytes came from nowhere"),
            () = limit => {}
        }
        let (count, sent) = futures::join!(read, client.write_all(b"now"));
        sent.unwrap();
        assert_eq!(count.unwrap(), 3);
    });
}

#[test]
fn async_channel_carries_from_many_tasks_to_many() {
    block_on(async {
        let (sender, receiver) = async_channel::bounded(4);
        for n in 0..10u64 {
            let sender = sender.clone();
            drop(task::spawn(async move {
                for m in 0..100 {
                    sender.send(n * 100 + m).await.unwrap();
                }
            }));
        }
        drop(sender);
        let receivers = (0..2).map(|_| {
            let receiver = receiver.clone();
            task::spawn(receiver.fold(0, async |sum, n| sum + n))
        });
        let sums = futures::future::join_all(receivers).await;
        let sum: u64 = sums.into_iter().map(|sum| sum.unwrap()).sum();
        assert_eq!(sum, (0..1000).sum::<u64>());
    });
}

#[test]
fn async_lock_is_held_across_an_await() {
    block_on(async {
        let counter = Arc::new(async_lock::Mutex::new(0));
        let permits = Arc::new(async_lock::Semaphore::new(2));
        let tasks = (0..50).map(|_| {
            let (counter, permits) = (counter.clone(), permits.clone());
            task::spawn(async move {
                let _permit = permits.acquire().await;
                let mut counter = counter.lock().await;
                let before = *counter;
                task::yield_now().await;
                *counter = before + 1;
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(*counter.lock().await, 50);
    });
}
