//! Green threads that block on sockets and time.

use stage1_green_threads::{park, spawn};
use stage2_reactor::green::sleep_until;
use stage2_reactor::net::{TcpListener, TcpStream, UdpSocket};
use stage2_reactor::{run, sleep};
use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

const LOCAL: &str = "127.0.0.1:0";

#[test]
fn a_hundred_green_threads_echo_over_tcp() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                spawn(move || {
                    let mut text = [0; 5];
                    stream.read_exact(&mut text).unwrap();
                    stream.write_all(&text).unwrap();
                });
            }
        });
        let clients: Vec<_> = (0..100)
            .map(|_| {
                spawn(move || {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.write_all(b"hello").unwrap();
                    let mut text = String::new();
                    stream.read_to_string(&mut text).unwrap();
                    text
                })
            })
            .collect();
        for client in clients {
            assert_eq!(client.join().unwrap(), "hello");
        }
    })
    .unwrap();
}

#[test]
fn more_than_any_buffer_holds_goes_through() {
    let bytes = 4 << 20;
    let received = run(move || {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(&vec![7; bytes]).unwrap();
        });
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        all.len()
    });
    assert_eq!(received.unwrap(), bytes);
}

#[test]
fn a_refused_connection_is_an_error() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let error = TcpStream::connect(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    })
    .unwrap();
}

#[test]
fn a_read_gives_up_after_its_timeout_and_the_stream_goes_on() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        client
            .set_read_timeout(Some(Duration::from_millis(10)))
            .unwrap();
        let error = client.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        server.write_all(b"x").unwrap();
        client.set_read_timeout(None).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 1);
        let zero = client.set_read_timeout(Some(Duration::ZERO)).unwrap_err();
        assert_eq!(zero.kind(), ErrorKind::InvalidInput);
    })
    .unwrap();
}

#[test]
fn a_write_gives_up_after_its_timeout() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let _server = listener.accept().unwrap();
        client
            .set_write_timeout(Some(Duration::from_millis(10)))
            .unwrap();
        let error = client.write_all(&vec![0; 64 << 20]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    })
    .unwrap();
}

#[test]
fn connect_timeout_connects() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        TcpStream::connect_timeout(&address, Duration::from_secs(10)).unwrap();
    })
    .unwrap();
}

#[test]
fn two_green_threads_share_a_stream_one_for_each_direction() {
    run(|| {
        let listener = TcpListener::bind(LOCAL).unwrap();
        let client = Rc::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap());
        let (mut server, _) = listener.accept().unwrap();
        let reader = Rc::clone(&client);
        let reading = spawn(move || (&*reader).read(&mut [0]).unwrap());
        stage1_green_threads::yield_now();
        let error = (&*client).read(&mut [0]).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ResourceBusy,
            "one reader at a time"
        );
        (&*client).write_all(b"x").unwrap();
        server.read_exact(&mut [0]).unwrap();
        server.write_all(b"y").unwrap();
        assert_eq!(reading.join().unwrap(), 1);
    })
    .unwrap();
}

#[test]
fn datagrams_go_there_and_back() {
    run(|| {
        let (one, other) = (
            UdpSocket::bind(LOCAL).unwrap(),
            UdpSocket::bind(LOCAL).unwrap(),
        );
        let address = other.local_addr().unwrap();
        let echo = spawn(move || {
            let mut buffer = [0; 16];
            let (count, from) = other.recv_from(&mut buffer).unwrap();
            other.send_to(&buffer[..count], from).unwrap();
        });
        one.connect(address).unwrap();
        one.send(b"hello").unwrap();
        let mut buffer = [0; 16];
        assert_eq!(one.recv(&mut buffer).unwrap(), 5);
        echo.join().unwrap();
        one.set_read_timeout(Some(Duration::from_millis(5)))
            .unwrap();
        let error = one.recv(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    })
    .unwrap();
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let order = run(|| {
        let order = Rc::new(RefCell::new(Vec::new()));
        // Far enough ahead for all to be asleep before the first is due.
        let start = Instant::now() + Duration::from_millis(100);
        let sleepers: Vec<_> = [30, 10, 20]
            .map(|millis| {
                let order = Rc::clone(&order);
                spawn(move || {
                    sleep_until(start + Duration::from_millis(millis));
                    order.borrow_mut().push(millis);
                })
            })
            .into();
        sleepers
            .into_iter()
            .for_each(|sleeper| sleeper.join().unwrap());
        order.take()
    });
    assert_eq!(order.unwrap(), [10, 20, 30]);
}

#[test]
fn a_deadlock_is_reported_only_if_the_reactor_has_no_waiter() {
    let start = Instant::now();
    // Everyone waits, but one waits for time: no deadlock.
    run(|| sleep(Duration::from_millis(10))).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(10));
    let report = std::panic::catch_unwind(|| run(park)).unwrap_err();
    let report = report.downcast_ref::<String>().unwrap();
    assert!(
        report.contains("deadlock") && report.contains("park"),
        "{report}"
    );
}

#[test]
fn a_timed_out_read_leaves_no_waiter_that_would_hide_a_deadlock() {
    let report = std::panic::catch_unwind(|| {
        run(|| {
            let listener = TcpListener::bind(LOCAL).unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            client
                .set_read_timeout(Some(Duration::from_millis(1)))
                .unwrap();
            client.read(&mut [0]).unwrap_err();
            park();
        })
    });
    let report = report.unwrap_err();
    assert!(
        report
            .downcast_ref::<String>()
            .unwrap()
            .contains("deadlock")
    );
}

#[test]
fn outside_of_run_sockets_are_refused_with_a_reason() {
    let error = TcpListener::bind(LOCAL).unwrap_err();
    assert!(error.to_string().contains("stage2_reactor::run"), "{error}");
}
