//! The delay server, in this process: it answers well and badly behaved clients, and outlives them.
#![cfg(feature = "program")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use stage1_green_threads::program::DelayServer;

/// Sends `request`, and gives all that comes back.
fn exchange(server: &DelayServer, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(request).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    String::from_utf8(reply).unwrap()
}

/// The server still does what it is for.
fn serves(server: &DelayServer) {
    let reply = exchange(server, b"GET /1/still-here HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.ends_with("\r\n\r\nstill-here"), "{reply}");
}

#[test]
fn a_reply_does_not_come_before_its_delay() {
    let server = DelayServer::start().unwrap();
    let start = Instant::now();
    exchange(&server, b"GET /80/x HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[test]
fn a_malformed_request_is_answered_with_400() {
    let server = DelayServer::start().unwrap();
    for request in [
        &b"hello\r\n\r\n"[..],
        b"GET /x/y HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ] {
        let reply = exchange(&server, request);
        assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
    }
    serves(&server);
}

#[test]
fn an_oversized_head_is_answered_with_431_and_one_with_a_body_with_413() {
    let server = DelayServer::start().unwrap();
    let mut large = b"GET /1/x HTTP/1.1\r\nHost: x\r\nCookie: ".to_vec();
    large.resize(100_000, b'x');
    assert!(exchange(&server, &large).starts_with("HTTP/1.1 431 "));
    let body = b"GET /1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    assert!(exchange(&server, body).starts_with("HTTP/1.1 413 "));
    serves(&server);
}

#[test]
fn a_slow_request_is_answered_with_408() {
    let server = DelayServer::start().unwrap();
    let reply = exchange(&server, b"GET /1/x HTTP/1.1\r\n");
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    serves(&server);
}

#[test]
fn a_request_that_ends_early_is_answered_with_400() {
    let server = DelayServer::start().unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET /1/x HT").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
}

#[test]
fn clients_that_leave_at_any_moment_do_no_harm() {
    let server = DelayServer::start().unwrap();
    let request = b"GET /20/x HTTP/1.1\r\nHost: x\r\n\r\n";
    for length in 0..=request.len() {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(&request[..length]).unwrap();
    }
    serves(&server);
}

#[test]
fn a_dropped_server_no_longer_listens() {
    let server = DelayServer::start().unwrap();
    let address = server.address();
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}
