//! A sender that pauses in the middle of lines, in a simulated network with a virtual clock.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stage1_green_threads::course::check;
use stage5_full::course::explored;
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::{spawn, time};

use super::Lines;

/// The lines of a connection whose other side sends these pieces, 10 ms apart, and then closes it.
async fn lines_of(pieces: Vec<String>) -> Lines {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    spawn(async move {
        let (stream, _) = listener.accept().await.expect("one client");
        for piece in pieces {
            stream
                .write_all(piece.as_bytes())
                .await
                .expect("the reader is there");
            time::sleep(Duration::from_millis(10)).await;
        }
    });
    Lines::new(TcpStream::connect(address).await.expect("it listens"))
}

/// Cuts `text` into one to three pieces.
fn cut(text: &str, random: &mut StdRng) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > 1 && pieces.len() < 2 {
        let (piece, after) = rest.split_at(random.random_range(1..rest.len()));
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces.push(rest.to_owned());
    pieces
}

/// Lines that come in pieces are handed out whole, one by one.
#[test]
fn lines_come_whole() {
    check(|seed| {
        explored(seed, move || async move {
            let mut random = StdRng::seed_from_u64(seed);
            let text = ["to be\n", "or not to be\n", "\n", "that is the question\n"];
            let pieces: Vec<_> = text
                .iter()
                .flat_map(|line| cut(line, &mut random))
                .collect();
            let mut lines = lines_of(pieces.clone()).await;
            for line in text {
                let expected = line.trim_end();
                let got = lines.next().await.expect("the connection stands");
                assert!(
                    got.as_deref() == Some(expected),
                    "sent, piece by piece: {pieces:?}\nexpected the line {expected:?}, got {got:?}"
                );
            }
        });
    });
}

/// Lines that come together are handed out one by one.
#[test]
fn what_comes_with_a_line_is_kept() {
    check(|seed| {
        explored(seed, || async {
            let mut lines = lines_of(vec!["one\ntwo\nthree\n".into()]).await;
            // Let it all arrive.
            time::sleep(Duration::from_millis(5)).await;
            for expected in ["one", "two", "three"] {
                let got = lines.next().await.expect("the connection stands");
                assert!(
                    got.as_deref() == Some(expected),
                    "sent at once: \"one\\ntwo\\nthree\\n\"\nexpected the line {expected:?}, got {got:?}\nA read takes what is \
                     there, and that may be more than one line."
                );
            }
        });
    });
}

/// At the end of the connection, what is left is a line, and then there is none.
#[test]
fn the_last_line_may_lack_its_end() {
    check(|seed| {
        explored(seed, || async {
            let mut lines = lines_of(vec!["farewell".into()]).await;
            let last = lines.next().await.expect("the connection stands");
            assert!(
                last.as_deref() == Some("farewell"),
                "sent: \"farewell\", and the connection was closed\ngot {last:?}"
            );
            let end = lines.next().await.expect("its end is no error");
            assert!(
                end.is_none(),
                "the connection was closed, and everything handed out\ngot {end:?}"
            );
        });
    });
}

/// Whoever waits for a line for 3 ms at a time gets every line, although most of the waits are given up.
#[test]
fn a_cancelled_read_loses_nothing() {
    check(|seed| {
        explored(seed, || async {
            let mut lines = lines_of(vec!["hel".into(), "lo wo".into(), "rld\n".into()]).await;
            let mut given_up = 0;
            let got = loop {
                match time::timeout(Duration::from_millis(3), lines.next()).await {
                    Ok(line) => break line.expect("the connection stands"),
                    Err(_) => given_up += 1,
                }
            };
            assert!(
                got.as_deref() == Some("hello world"),
                "sent, 10 ms apart: \"hel\", \"lo wo\", \"rld\\n\"\na wait for 3 ms was given up {given_up} times: the future of `next` was \
                 dropped\nthen it gave {got:?}\nWhat a dropped future had in its variables is gone."
            );
        });
    });
}
