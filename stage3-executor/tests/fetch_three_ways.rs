//! The hand-written state machine and the `async fn` are the same thing: driven through the same
//! connection, each of their polls does the same.
#![cfg(all(feature = "program", feature = "simulation"))]

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use stage1_green_threads::program::{DelayServer, FetchError, Request};
use stage2_reactor::simulation::{Faults, World};
use stage3_executor::fetch_three_ways::{async_fn, green, machine};
use stage3_executor::net::TcpListener;
use stage3_executor::reactor::Reactor;
use stage3_executor::{Executor, budget, time};

fn request() -> Request {
    Request {
        index: 0,
        delay: Duration::from_millis(20),
        text: "tea-".repeat(500),
    }
}

/// What one poll did: whether it was the last, and how many operations it completed.
type Trace = Vec<(bool, u32)>;
type Reply = Result<Vec<u8>, FetchError>;

/// Polls `future` as the executor does, and writes down what each poll did.
async fn traced(future: impl Future<Output = Reply>, trace: Rc<RefCell<Trace>>) -> Reply {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let (polled, spent) = budget::with_budget(128, || future.as_mut().poll(cx));
        trace.borrow_mut().push((polled.is_ready(), spent));
        for _ in 0..spent {
            budget::spend(); // the executor looks at its own count
        }
        polled
    })
    .await
}

/// A server in the same simulated world that answers in pieces.
async fn answer(listener: TcpListener, text: String) -> std::io::Result<()> {
    let (stream, _) = listener.accept().await?;
    let mut received = Vec::new();
    while !received.ends_with(b"\r\n\r\n") {
        let mut buffer = [0; 64];
        let count = stream.read(&mut buffer).await?;
        received.extend_from_slice(&buffer[..count]);
    }
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len());
    for piece in (head + &text).as_bytes().chunks(300) {
        stream.write_all(piece).await?;
        time::sleep(Duration::from_millis(3)).await;
    }
    Ok(())
}

/// Runs one of the two in a world of its own, always the same one for the same seed.
fn run(seed: u64, by_hand: bool) -> (Result<Vec<u8>, String>, Trace) {
    let world = World::with_faults(seed, Faults::harmless());
    let executor = Executor::with_reactor(Reactor::simulated(&world));
    let trace = Rc::new(RefCell::new(Trace::new()));
    let request = request();
    let reply = executor.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        drop(executor.spawn(answer(listener, request.text.clone())));
        let trace = Rc::clone(&trace);
        match by_hand {
            true => traced(machine::fetch(&request, server, ()), trace).await,
            false => traced(async_fn::fetch(&request, server, ()), trace).await,
        }
    });
    (reply.map_err(|error| error.to_string()), trace.take())
}

#[test]
fn the_machine_and_the_async_fn_have_the_same_poll_trace() {
    for seed in 0..50 {
        let (by_hand, by_compiler) = (run(seed, true), run(seed, false));
        assert_eq!(by_hand, by_compiler, "seed {seed}");
        assert_eq!(by_hand.0.as_deref(), Ok(request().text.as_bytes()));
        assert!(by_hand.1.len() > 5, "there was something to wait for");
    }
}

#[test]
fn all_three_fetch_the_same_reply_over_real_sockets() {
    let server = DelayServer::start().unwrap();
    let address = server.address();
    let executor = Executor::new().unwrap();
    let by_hand = executor.block_on(machine::fetch(&request(), address, ()));
    let by_compiler = executor.block_on(async_fn::fetch(&request(), address, ()));
    let on_a_stack = stage2_reactor::run(move || green::fetch(&request(), address, ())).unwrap();
    for reply in [by_hand, by_compiler, on_a_stack] {
        assert_eq!(reply.unwrap(), request().text.as_bytes());
    }
}

#[test]
fn a_refused_connection_fails_in_all_three() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let executor = Executor::new().unwrap();
    let by_hand = executor.block_on(machine::fetch(&request(), address, ()));
    let by_compiler = executor.block_on(async_fn::fetch(&request(), address, ()));
    let on_a_stack = stage2_reactor::run(move || green::fetch(&request(), address, ())).unwrap();
    for reply in [by_hand, by_compiler, on_a_stack] {
        assert!(matches!(reply, Err(FetchError::Connect(_))), "{reply:?}");
    }
}

#[test]
#[should_panic(expected = "polled after it was done")]
fn the_machine_refuses_to_be_polled_after_it_is_done() {
    let executor = Executor::new().unwrap();
    let request = request();
    let nobody = "127.0.0.1:1".parse().unwrap();
    let mut fetch = machine::fetch(&request, nobody, ());
    assert!(executor.block_on(&mut fetch).is_err());
    let _ = executor.block_on(poll_fn(|cx| match pin!(&mut fetch).poll(cx) {
        Poll::Ready(reply) => Poll::Ready(reply.is_ok()),
        Poll::Pending => Poll::Pending,
    }));
}
