//! Clients of such a server, in a simulated network with a virtual clock.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use stage1_green_threads::course::check;
use stage5_full::course::explored;
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::sync::oneshot;
use stage5_full::task::{JoinHandle, JoinSet};
use stage5_full::{spawn, time};

use super::serve;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A server that has been started.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<usize>,
}

/// Starts a server that answers "done" after `takes`.
async fn start(takes: Duration, grace: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel();
    let ended = spawn(serve(listener, stopped, grace, move |stream| {
        answer(stream, takes)
    }));
    Server {
        address,
        stop,
        ended,
    }
}

async fn answer(stream: TcpStream, takes: Duration) {
    time::sleep(takes).await;
    // A client that has gone away is its own affair.
    let _ = stream.write_all(b"done").await;
}

/// Connects, and reads to the end.
async fn ask(server: SocketAddr) -> io::Result<String> {
    let stream = TcpStream::connect(server).await?;
    let mut reply = [0; 4];
    stream.read_exact(&mut reply).await?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

/// Three clients, each of whom takes 50 ms, are served in 50 ms.
#[test]
fn they_are_served_side_by_side() {
    check(|seed| {
        explored(seed, || async {
            let server = start(ms(50), ms(1000)).await;
            let start = time::now();
            let mut clients = JoinSet::new();
            for _ in 0..3 {
                clients.spawn(ask(server.address));
            }
            for reply in clients.join_all().await {
                assert!(
                    reply.as_deref().is_ok_and(|text| text == "done"),
                    "nobody has said stop, and a client got {reply:?}"
                );
            }
            let took = (time::now() - start).as_millis();
            assert!(
                took < 100,
                "3 clients came at once; to serve one takes 50 ms\nthe last had its reply after {took} ms: they were served one after the \
                 other"
            );
        });
    });
}

/// From `stop` on, who connects is refused, also while others are still being served.
#[test]
fn after_stop_nobody_is_let_in() {
    check(|seed| {
        explored(seed, || async {
            let server = start(ms(100), ms(1000)).await;
            let client = spawn(ask(server.address));
            time::sleep(ms(10)).await;
            server.stop.send(()).expect("the server listens to it");
            time::sleep(ms(10)).await;
            let late = TcpStream::connect(server.address).await;
            let kind = late.map(drop).map_err(|error| error.kind());
            assert!(
                kind == Err(io::ErrorKind::ConnectionRefused),
                "at 10 ms somebody said stop; a client is being served until 100 ms\nat 20 ms somebody connects: {}\nIt will never be \
                 served. Were it refused, it could try elsewhere.",
                if kind.is_ok() {
                    "it is let in"
                } else {
                    "it gets another error"
                }
            );
            // What becomes of that client is what other checks ask.
            let _ = time::timeout(ms(5000), client).await;
        });
    });
}

/// Who is being served gets its reply, and then the server ends at once.
#[test]
fn who_is_being_served_may_finish() {
    check(|seed| {
        explored(seed, || async {
            let server = start(ms(50), ms(1000)).await;
            let client = spawn(ask(server.address));
            time::sleep(ms(10)).await;
            let stopped = time::now();
            server.stop.send(()).expect("the server listens to it");
            let cut_off = server.ended.await.expect("the server does not panic");
            let took = (time::now() - stopped).as_millis();
            let reply = client.await.expect("the client does not panic");
            assert!(
                reply.as_deref().is_ok_and(|text| text == "done") && cut_off == 0,
                "at 10 ms somebody said stop, with a grace of 1000 ms; a client would have been served by 50 ms\nthe client got {reply:?}, and \
                 the server says that it has cut off {cut_off}"
            );
            assert!(
                took < 500,
                "at 10 ms somebody said stop; the last client had its reply at 50 ms\nthe server ended {took} ms after the word: it waited for \
                 nobody"
            );
        });
    });
}

/// Who has not finished after the grace is cut off, and counted.
#[test]
fn who_does_not_finish_is_cut_off() {
    check(|seed| {
        explored(seed, || async {
            let hour = Duration::from_secs(3600);
            let server = start(hour, ms(200)).await;
            let clients = [spawn(ask(server.address)), spawn(ask(server.address))];
            time::sleep(ms(10)).await;
            let stopped = time::now();
            server.stop.send(()).expect("the server listens to it");
            let ended = time::timeout(hour * 2, server.ended).await;
            let took = (time::now() - stopped).as_millis();
            let cut_off = ended.ok().and_then(Result::ok);
            assert!(
                cut_off == Some(2) && took < 1000,
                "two clients would be served for an hour; somebody says stop, with a grace of 200 ms\nthe server ended after {took} ms, and says \
                 that it has cut off {cut_off:?}"
            );
            for client in clients {
                let reply = client.await.expect("the client does not panic");
                assert!(reply.is_err(), "a client that was cut off got {reply:?}");
            }
        });
    });
}
