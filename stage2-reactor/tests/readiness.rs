//! Attempt first, wait only after `WouldBlock`, and lose nothing in between.

mod common;

use common::{Counter, connected, is_would_block, read, turn_until, write};
use stage2_reactor::socket::{TcpStream, UdpSocket};
use stage2_reactor::{Direction, Handle, Notifier, Reactor, Registered, Timer};
use std::time::Duration;

fn assert_send_sync<T: Send + Sync>() {}

#[test]
fn what_is_shared_is_send_and_sync_if_the_waiters_are() {
    assert_send_sync::<Handle<Counter>>();
    assert_send_sync::<Notifier>();
    assert_send_sync::<Timer<Counter>>();
    assert_send_sync::<Registered<TcpStream, Counter>>();
    fn assert_send<T: Send>() {}
    assert_send::<Reactor<Counter>>();
}

#[test]
fn a_waiter_is_unparked_when_its_socket_becomes_readable() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    let waiter = Counter::default();
    assert!(is_would_block(&read(&client, &mut [0; 8])));
    assert!(client.wait(Direction::Read, &waiter));
    assert!(reactor.has_waiters());
    write(&server, b"hello").unwrap();
    turn_until(&mut reactor, || waiter.count() == 1);
    assert!(!reactor.has_waiters());
    let mut buffer = [0; 8];
    assert_eq!(read(&client, &mut buffer).unwrap(), 5);
}

#[test]
fn a_wait_is_refused_while_the_socket_counts_as_ready() {
    let mut reactor = Reactor::new().unwrap();
    let (client, _server) = connected(&mut reactor);
    let waiter = Counter::default();
    assert!(
        !client.wait(Direction::Read, &waiter),
        "nobody has tried yet"
    );
    assert_eq!(waiter.copies(), 1, "and nothing is kept");
}

#[test]
fn an_event_between_the_attempt_and_the_wait_refuses_the_wait() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    assert!(is_would_block(&read(&client, &mut [0; 8])));
    write(&server, b"hello").unwrap();
    let waiter = Counter::default();
    let mut turns = 0;
    while reactor.turn(Some(Duration::from_secs(10))).unwrap().events == 0 {
        turns += 1;
        assert!(turns < 10);
    }
    // The write above may have made an event of the server's; the client's has come when the wait is
    // refused or its waiter is unparked. Either way nothing is lost.
    if client.wait(Direction::Read, &waiter) {
        turn_until(&mut reactor, || waiter.count() == 1);
    }
    assert_eq!(read(&client, &mut [0; 8]).unwrap(), 5);
}

#[test]
fn an_event_during_the_attempt_is_not_forgotten_by_its_would_block() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    let waiter = Counter::default();
    let result = client.attempt(Direction::Read, |_| -> std::io::Result<()> {
        // While this attempt is under way, bytes arrive and another thread turns the reactor.
        write(&server, b"hello").unwrap();
        turn_until(&mut reactor, || {
            let mut byte = [0];
            client.get().peek(&mut byte).is_ok()
        });
        reactor.turn(Some(Duration::ZERO)).unwrap();
        Err(std::io::ErrorKind::WouldBlock.into())
    });
    assert!(is_would_block(&result));
    if client.wait(Direction::Read, &waiter) {
        turn_until(&mut reactor, || waiter.count() == 1);
    }
    assert_eq!(read(&client, &mut [0; 8]).unwrap(), 5);
}

#[test]
fn readiness_is_remembered_until_the_socket_is_drained() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    assert!(is_would_block(&read(&client, &mut [0])));
    write(&server, b"ab").unwrap();
    let mut byte = [0];
    turn_until(&mut reactor, || read(&client, &mut byte).is_ok());
    assert_eq!(&byte, b"a");
    // No further event comes for the second byte, and none is needed.
    assert_eq!(read(&client, &mut byte).unwrap(), 1);
    assert_eq!(&byte, b"b");
    assert!(is_would_block(&read(&client, &mut byte)));
}

#[test]
fn a_drained_socket_is_not_asked_again() {
    let mut reactor = Reactor::new().unwrap();
    let (client, _server) = connected(&mut reactor);
    assert!(is_would_block(&read(&client, &mut [0])));
    let result = client.attempt(Direction::Read, |_| -> std::io::Result<()> {
        panic!("it is known that this would block")
    });
    assert!(is_would_block(&result));
}

#[test]
fn a_short_read_saves_the_attempt_that_would_block() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    assert!(is_would_block(&read(&client, &mut [0])));
    write(&server, b"hello").unwrap();
    let mut buffer = [0; 64];
    let mut count = 0;
    turn_until(&mut reactor, || {
        let read = |stream: &TcpStream| stream.read(&mut buffer);
        let got = client.attempt_stream(Direction::Read, 64, read);
        count += got.unwrap_or(0);
        count == 5
    });
    let mut asked = false;
    let _ = client.attempt(Direction::Read, |_| {
        asked = true;
        Ok(())
    });
    // On Windows only a `WouldBlock` makes the OS look again.
    assert_eq!(asked, cfg!(windows));
}

#[test]
fn the_end_of_the_stream_is_not_lost_behind_a_short_read() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    write(&server, b"hello").unwrap();
    drop(server);
    let mut buffer = [0; 64];
    let mut all = Vec::new();
    let mut ended = false;
    turn_until(&mut reactor, || {
        let read = |stream: &TcpStream| stream.read(&mut buffer);
        match client.attempt_stream(Direction::Read, 64, read) {
            Ok(0) => ended = true,
            Ok(count) => all.extend_from_slice(&buffer[..count]),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
        }
        ended
    });
    assert_eq!(all, b"hello");
}

#[test]
fn of_several_waiters_the_latest_is_unparked() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    let (former, latest) = (Counter::default(), Counter::default());
    assert!(is_would_block(&read(&client, &mut [0])));
    assert!(client.wait(Direction::Read, &former));
    assert!(client.wait(Direction::Read, &latest));
    assert_eq!(former.copies(), 1, "the former is dropped at once");
    write(&server, b"x").unwrap();
    turn_until(&mut reactor, || latest.count() == 1);
    assert_eq!(former.count(), 0);
}

#[test]
fn a_wait_that_is_given_up_leaves_nobody() {
    let mut reactor = Reactor::new().unwrap();
    let (client, _server) = connected(&mut reactor);
    let waiter = Counter::default();
    assert!(is_would_block(&read(&client, &mut [0])));
    assert!(client.wait(Direction::Read, &waiter));
    client.stop_waiting(Direction::Read);
    assert_eq!(waiter.copies(), 1);
    assert!(!reactor.has_waiters());
}

#[test]
fn a_socket_that_takes_the_place_of_another_gets_none_of_its_events() {
    let mut reactor = Reactor::new().unwrap();
    let handle = reactor.handle().clone();
    for _ in 0..100 {
        let (client, server) = connected(&mut reactor);
        write(&server, b"for the former").unwrap();
        drop((client, server));
        let socket = UdpSocket::bind(handle.driver(), "127.0.0.1:0".parse().unwrap()).unwrap();
        let successor = Registered::new(socket, &handle).unwrap();
        let receive = || successor.attempt(Direction::Read, |socket| socket.recv(&mut [0]));
        assert!(is_would_block(&receive()));
        let waiter = Counter::default();
        assert!(successor.wait(Direction::Read, &waiter));
        reactor.turn(Some(Duration::ZERO)).unwrap();
        assert_eq!(waiter.count(), 0);
    }
}

#[test]
fn dropping_deregisters_from_any_thread() {
    let mut reactor = Reactor::new().unwrap();
    let (client, server) = connected(&mut reactor);
    let waiter = Counter::default();
    assert!(is_would_block(&read(&client, &mut [0])));
    assert!(client.wait(Direction::Read, &waiter));
    std::thread::spawn(move || drop(client)).join().unwrap();
    assert_eq!(waiter.copies(), 1, "the waiter went with its socket");
    assert!(!reactor.has_waiters());
    drop(server);
    reactor.turn(Some(Duration::ZERO)).unwrap();
}

#[test]
fn after_the_reactor_is_gone_attempts_and_waits_say_so() {
    let mut reactor = Reactor::new().unwrap();
    let (client, _server) = connected(&mut reactor);
    let handle = reactor.handle().clone();
    let waiter = Counter::default();
    assert!(is_would_block(&read(&client, &mut [0])));
    assert!(client.wait(Direction::Read, &waiter));
    drop(reactor);
    assert_eq!(waiter.count(), 1, "whoever waited is told");
    assert!(!client.wait(Direction::Read, &waiter));
    let error = read(&client, &mut [0]).unwrap_err();
    assert!(error.to_string().contains("has shut down"), "{error}");
    let socket = UdpSocket::bind(handle.driver(), "127.0.0.1:0".parse().unwrap()).unwrap();
    let error = Registered::new(socket, &handle).unwrap_err();
    assert!(error.to_string().contains("has shut down"), "{error}");
}
