//! No waiter is unparked or dropped while the reactor holds a lock: each may use the reactor again.
//! (If one were, these tests would not end.)

mod common;

use common::is_would_block;
use stage2_reactor::socket::UdpSocket;
use stage2_reactor::{Direction, Handle, Reactor, Registered, Unpark};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Uses the reactor whenever it is cloned, unparked or dropped.
struct Meddler {
    handle: Handle<Meddler>,
    meddled: Arc<AtomicUsize>,
    /// Those made by meddling do not meddle.
    quiet: bool,
}

impl Meddler {
    fn meddle(&self) {
        if self.quiet {
            return;
        }
        self.meddled.fetch_add(1, Ordering::SeqCst);
        let quiet = Meddler {
            handle: self.handle.clone(),
            meddled: Arc::clone(&self.meddled),
            quiet: true,
        };
        let mut timer = self
            .handle
            .timer(self.handle.now() + Duration::from_secs(60));
        assert!(!timer.poll(&quiet));
        let socket = socket(&self.handle);
        assert!(is_would_block(&receive(&socket)));
        assert!(socket.wait(Direction::Read, &quiet));
        self.handle.notifier().notify();
    }
}

impl Clone for Meddler {
    fn clone(&self) -> Self {
        self.meddle();
        Meddler {
            handle: self.handle.clone(),
            meddled: Arc::clone(&self.meddled),
            quiet: self.quiet,
        }
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.meddle();
    }
}

impl Unpark for Meddler {
    fn unpark(self) {
        self.meddle();
    }
}

type Socket = Registered<UdpSocket, Meddler>;

fn socket(handle: &Handle<Meddler>) -> Socket {
    let socket = UdpSocket::bind(handle.driver(), "127.0.0.1:0".parse().unwrap()).unwrap();
    Registered::new(socket, handle).unwrap()
}

fn receive(socket: &Socket) -> std::io::Result<usize> {
    socket.attempt(Direction::Read, |socket| socket.recv(&mut [0]))
}

fn start() -> (Reactor<Meddler>, Meddler) {
    let reactor = Reactor::new().unwrap();
    let meddler = Meddler {
        handle: reactor.handle().clone(),
        meddled: Arc::default(),
        quiet: false,
    };
    (reactor, meddler)
}

#[test]
fn a_waiter_may_use_the_reactor_while_it_is_unparked() {
    let past = Instant::now();
    let (mut reactor, meddler) = start();
    let socket = socket(reactor.handle());
    let mut timer = reactor.handle().timer(past);
    assert!(timer.poll(&meddler), "already due");
    timer.reset(reactor.handle().now() + Duration::from_millis(1));
    assert!(!timer.poll(&meddler));
    assert!(is_would_block(&receive(&socket)));
    assert!(socket.wait(Direction::Read, &meddler));
    let own = socket.get().local_addr().unwrap();
    socket.get().send_to(b"x", own).unwrap();
    let before = meddler.meddled.load(Ordering::SeqCst);
    let limit = reactor.handle().now() + Duration::from_secs(10);
    // Each is unparked and dropped, and each of these meddles.
    while meddler.meddled.load(Ordering::SeqCst) < before + 4 {
        assert!(reactor.handle().now() < limit);
        reactor.turn(Some(Duration::from_millis(100))).unwrap();
    }
}

#[test]
fn a_waiter_may_use_the_reactor_while_it_is_replaced() {
    let (reactor, meddler) = start();
    let socket = socket(reactor.handle());
    assert!(is_would_block(&receive(&socket)));
    assert!(socket.wait(Direction::Read, &meddler));
    assert!(socket.wait(Direction::Read, &meddler));
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_secs(60));
    assert!(!timer.poll(&meddler));
    assert!(!timer.poll(&meddler));
    timer.reset(timer.deadline());
}

#[test]
fn a_waiter_may_use_the_reactor_while_its_socket_and_timer_are_dropped() {
    let (reactor, meddler) = start();
    let socket = socket(reactor.handle());
    assert!(is_would_block(&receive(&socket)));
    assert!(socket.wait(Direction::Read, &meddler));
    let mut timer = reactor
        .handle()
        .timer(reactor.handle().now() + Duration::from_secs(60));
    assert!(!timer.poll(&meddler));
    drop((socket, timer));
}
