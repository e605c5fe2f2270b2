//! A worker is held by a long poll. Are the sockets at its reactor served meanwhile?
//!
//! `cargo run --release -p stage5-full --example held_worker`
//!
//! With one worker they are not: nobody else is there. With two, the other one turns the reactor in its place.

use std::io::{Read, Write};
use std::net::TcpStream as StdStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::Builder;
use stage5_full::task;

/// How long the poll takes.
const HELD: Duration = Duration::from_millis(200);

async fn echo(stream: TcpStream) {
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte).await {
        stream.write_all(&byte).await.unwrap();
    }
}

/// How long it takes until a byte comes back from a socket of a worker that is held.
fn answer_time(workers: usize) -> Duration {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    let runtime = runtime.expect("a runtime");
    let (bound, address) = mpsc::channel();
    let (held, is_held) = mpsc::channel();
    let holder = runtime.spawn(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        bound.send(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        drop(task::spawn(echo(stream)));
        task::yield_now().await;
        held.send(()).unwrap();
        // What one must not do on a worker: all the others there have to wait.
        thread::sleep(HELD);
    });
    let mut client = StdStream::connect(address.recv().unwrap()).unwrap();
    is_held.recv().unwrap();
    let begin = Instant::now();
    client.write_all(&[7]).unwrap();
    client.read_exact(&mut [0]).unwrap();
    let elapsed = begin.elapsed();
    drop(client);
    runtime.block_on(holder).unwrap();
    elapsed
}

/// The answer times with one worker and with two.
fn measure() -> [Duration; 2] {
    println!("a worker is held for {HELD:?}; a byte sent to one of its sockets comes back");
    let alone = answer_time(1);
    println!("with 1 worker   after {alone:9.1?}");
    let helped = answer_time(2);
    println!("with 2 workers  after {helped:9.1?}");
    [alone, helped]
}

fn main() {
    measure();
}

#[test]
fn a_second_worker_serves_the_sockets_of_one_that_is_held() {
    let [alone, helped] = measure();
    assert!(helped < alone / 2);
}
