//! Servers that are bad, each in its way: a request that fails is counted, and told of in one line.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use serde_json::Value;

use super::{program, server, silent_server, text};

/// How long a request may take on the busiest of machines, in milliseconds.
const PATIENCE: &str = "60000";

/// Reads until the end of a request's head.
fn read_request(stream: &mut TcpStream) {
    let mut received = Vec::new();
    let mut byte = [0];
    while !received.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        received.push(byte[0]);
    }
}

/// Runs both stages against a bad server: all requests fail in each, with one line about it each.
fn all_fail_because(address: SocketAddr, timeout_ms: &str, reason: &str) {
    let server = address.to_string();
    let output = program(&[
        "--requests",
        "3",
        "--json",
        "--timeout-ms",
        timeout_ms,
        "--server",
        &server,
    ]);
    assert_eq!(output.status.code(), Some(1));
    let ledgers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ledgers[0]["failed"], 3);
    assert_eq!(ledgers[1]["failed"], 3);
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.lines().all(|line| line.contains(reason)), "{errors}");
}

#[test]
fn a_refused_connection_is_a_failed_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    all_fail_because(address, PATIENCE, "cannot connect");
}

#[test]
fn garbage_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"\x00\xffI am no HTTP server\r\n\r\n");
    });
    all_fail_because(address, PATIENCE, "not HTTP");
}

#[test]
fn a_server_that_says_nothing_is_a_failed_request() {
    all_fail_because(silent_server(), "300", "no reply in time");
}

#[test]
fn a_reply_cut_short_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this");
    });
    all_fail_because(address, PATIENCE, "cut short");
}

#[test]
fn another_text_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea");
    });
    all_fail_because(address, PATIENCE, "not the text");
}

#[test]
fn a_connection_closed_with_unread_bytes_is_a_failed_request() {
    // Closing with bytes unread resets the connection; what the client sees depends on the time.
    let address = server(|mut stream| {
        let _ = stream.read(&mut [0; 4]);
    });
    all_fail_because(address, PATIENCE, "request");
}

#[test]
fn requests_that_fail_are_counted_while_the_rest_complete() {
    let good = stage1_green_threads::program::DelayServer::start().unwrap();
    let to = good.address();
    let turns = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let address = server(move |mut client| {
        // Every other connection is dropped; the rest go to a good server.
        let turn = turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if turn.is_multiple_of(2) {
            return;
        }
        let mut there = TcpStream::connect(to).unwrap();
        let mut request = vec![0; 4096];
        let length = client.read(&mut request).unwrap();
        there.write_all(&request[..length]).unwrap();
        let mut reply = Vec::new();
        there.read_to_end(&mut reply).unwrap();
        client.write_all(&reply).unwrap();
    });
    let output = program(&[
        "--requests",
        "10",
        "--json",
        "--server",
        &address.to_string(),
    ]);
    let ledgers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&ledgers[0]["failed"], &ledgers[1]["failed"]),
        (&5.into(), &5.into())
    );
    assert_eq!(output.status.code(), Some(1));
}
