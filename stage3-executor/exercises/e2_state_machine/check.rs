//! The checks of exercise 3.2. Both futures read from a connection in a simulated world, which decides
//! by its seed how much each read gives; each poll is written down.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{receive, receive_by_hand};
use stage1_green_threads::course::{check, expect_eq};
use stage2_reactor::simulation::{Faults, World};
use stage3_executor::net::{TcpListener, TcpStream};
use stage3_executor::reactor::Reactor;
use stage3_executor::{Executor, budget, time};

/// More polls than any of these messages needs.
const MANY: usize = 400;

/// What each poll did: how many reads it completed, and whether it was the last.
type Trace = Vec<String>;
type Received = Result<String, io::ErrorKind>;

/// Polls `future` as the executor does, and writes down what each poll did.
async fn traced(future: impl Future<Output = io::Result<Vec<u8>>>) -> (Received, Trace) {
    let (mut future, trace) = (pin!(future), RefCell::new(Trace::new()));
    let received = poll_fn(|cx| {
        let number = trace.borrow().len() + 1;
        assert!(
            number < MANY,
            "after {MANY} polls it is still not ready, and the last one was\n  {}\n\
             (At its end, a stream gives 0 bytes to each read, at once.)",
            trace.borrow()[number - 2]
        );
        let (polled, reads) = budget::with_budget(128, || future.as_mut().poll(cx));
        let answer = if polled.is_ready() {
            "Ready"
        } else {
            "Pending"
        };
        let line = format!("poll {number}: {}, {answer}", count(reads, "read"));
        trace.borrow_mut().push(line);
        (0..reads).for_each(|_| budget::spend()); // what the executor looks at
        polled
    });
    let received = received.await;
    let received = received.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (received.map_err(|error| error.kind()), trace.into_inner())
}

/// As in "1 read" and "2 reads".
fn count(number: impl Into<u64>, what: &str) -> String {
    match number.into() {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// The polls that have read something, and the last; of many the first and the last few.
fn told(trace: &Trace) -> String {
    let read = |line: &&String| !line.contains(" 0 reads, Pending");
    let mut lines: Vec<&str> = trace.iter().filter(read).map(String::as_str).collect();
    if lines.len() > 8 {
        lines.splice(4..lines.len() - 4, ["…"]);
    }
    lines.join("\n  ")
}

/// A connection, of which the other end sends these pieces, 1 ms apart, and then no more.
async fn connection(executor: &Executor, pieces: Vec<Vec<u8>>) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(executor.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        for piece in pieces {
            stream.write_all(&piece).await.unwrap();
            time::sleep(Duration::from_millis(1)).await;
        }
    }));
    TcpStream::connect(address).await.unwrap()
}

/// What both make of these pieces, each in a world of its own that is the same for both: first the
/// `async fn`, then the machine. They begin after so many milliseconds.
fn both(world: impl Fn() -> World, pieces: &[Vec<u8>], begin: u64) -> [(Received, Trace); 2] {
    [false, true].map(|by_hand| {
        let executor = Executor::with_reactor(Reactor::simulated(&world()));
        executor.block_on(async {
            let stream = connection(&executor, pieces.to_vec()).await;
            time::sleep(Duration::from_millis(begin)).await;
            match by_hand {
                true => traced(receive_by_hand(&stream)).await,
                false => traced(receive(&stream)).await,
            }
        })
    })
}

/// A message on the wire: its length in front.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap();
    [&length.to_be_bytes(), message].concat()
}

/// What has arrived before the first poll is received by the first poll, as the `async fn` does it.
#[test]
fn what_has_arrived_is_received_in_one_poll() {
    check(|seed| {
        let pieces = [framed(&vec![b'x'; 1 + seed as usize])];
        let [by_compiler, by_hand] = both(|| World::new(seed), &pieces, 50);
        expect_eq(
            by_hand,
            by_compiler,
            "all had arrived before the first poll, and the machine went on otherwise than the async\n\
             fn. Return Pending only when a read does: it is a promise that there is something to\n\
             wait for",
        );
    });
}

/// Bytes may come one by one and at any time; between two polls the machine forgets nothing.
#[test]
fn it_goes_on_where_it_stood() {
    check(|seed| {
        let message = "two bytes say how long this is";
        let size = 1 + seed as usize % 7;
        let pieces_of = count(size as u64, "byte");
        let pieces: Vec<_> = framed(message.as_bytes())
            .chunks(size)
            .map(<[u8]>::to_vec)
            .collect();
        let world = || World::with_faults(seed, Faults::harmless());
        let attempt = catch_unwind(AssertUnwindSafe(|| both(world, &pieces, 0)));
        let [(by_compiler, _), (by_hand, trace)] = attempt.unwrap_or_else(|_| {
            panic!(
                "the message came in pieces of {pieces_of}, so some polls returned Pending, and a later\n\
                 one panicked (see above). Which state does a poll find that comes after Pending?"
            )
        });
        expect_eq(
            by_compiler.as_deref(),
            Ok(message),
            "this is the async fn itself",
        );
        expect_eq(
            by_hand.as_deref(),
            Ok(message),
            format_args!(
                "a message was sent in pieces of {pieces_of}, and the machine gave something else. Its polls\n\
                 that have read something:\n  {}\n\
                 Whatever a poll has read before it returns Pending must be in the state, and so must how\n\
                 much that is",
                told(&trace)
            ),
        );
    });
}

/// A message may be empty: then it is there as soon as its length is, without another read.
#[test]
fn an_empty_message_needs_no_second_read() {
    check(|seed| {
        let pieces = [framed(b""), framed(b"the next message")];
        let [(by_compiler, _), (by_hand, trace)] = both(|| World::new(seed), &pieces, 50);
        expect_eq(
            by_hand,
            by_compiler,
            format_args!(
                "the message has the length 0, and these are the polls of the machine:\n  {}\n\
                 A read into an empty buffer gives 0, which is not the end of the stream. The `async fn`\n\
                 looks first whether anything is missing, and then reads",
                told(&trace)
            ),
        );
    });
}

/// A stream that ends within a message is `UnexpectedEof`.
#[test]
fn an_end_that_comes_too_early_is_an_error() {
    check(|seed| {
        let whole = framed(b"this will be cut off");
        for cut in [0, 1, 2, 2 + seed as usize % 18] {
            let pieces = [whole[..cut].to_vec()];
            let [by_compiler, by_hand] = both(|| World::new(seed), &pieces, 50);
            expect_eq(
                by_hand.0,
                by_compiler.0,
                format_args!(
                    "the stream ended after {cut} bytes, and the machine is to give what the async fn gives"
                ),
            );
        }
    });
}

/// A poll after `Ready` panics, and the text says so.
#[test]
fn polling_it_after_ready_panics_and_says_so() {
    check(|seed| {
        let executor = Executor::with_reactor(Reactor::simulated(&World::new(seed)));
        executor.block_on(async {
            let stream = connection(&executor, vec![framed(b"tea")]).await;
            time::sleep(Duration::from_millis(50)).await;
            let mut machine = receive_by_hand(&stream);
            poll_fn(|cx| match Pin::new(&mut machine).poll(cx) {
                Poll::Ready(received) => Poll::Ready(received),
                Poll::Pending => Poll::Pending,
            })
            .await
            .unwrap();
            let mut cx = Context::from_waker(Waker::noop());
            let again = AssertUnwindSafe(|| Pin::new(&mut machine).poll(&mut cx));
            let panic = match catch_unwind(again) {
                Ok(polled) => panic!("the poll after Ready returned {polled:?}: a second message?"),
                Err(panic) => panic,
            };
            let text = panic.downcast_ref::<&str>().unwrap_or(&"");
            assert!(
                text.contains("polled after"),
                "the poll after Ready panicked with {text:?}: say \"polled after it was ready\""
            );
        });
    });
}
