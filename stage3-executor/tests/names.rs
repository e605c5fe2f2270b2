//! Names where addresses are wanted: the OS is asked on another thread, and only for names.

use std::time::Duration;

use stage3_executor::Executor;
use stage3_executor::context::{Home, enter_with};
use stage3_executor::future::join;
use stage3_executor::net::{TcpListener, TcpStream, UdpSocket, lookup_host};
use stage3_executor::reactor::Reactor;
use stage3_executor::time::timeout;

fn block_on<F: Future>(future: F) -> F::Output {
    let within = timeout(Duration::from_secs(30), future);
    Executor::new().unwrap().block_on(within).expect("in time")
}

#[test]
fn each_address_of_a_name_is_tried_until_one_accepts() {
    block_on(async {
        // Only one of the addresses that `localhost` may have.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connect = TcpStream::connect(("localhost", port));
        let (accepted, connected) = join(listener.accept(), connect).await;
        let peer = connected.unwrap().peer_addr().unwrap();
        assert_eq!(peer, accepted.unwrap().0.local_addr().unwrap());
    });
}

#[test]
fn a_name_can_be_bound_to_and_sent_to() {
    block_on(async {
        let socket = UdpSocket::bind("localhost:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let target = format!("localhost:{port}");
        assert_eq!(socket.send_to(b"ping", target).await.unwrap(), 4);
        assert_eq!(socket.recv_from(&mut [0; 8]).await.unwrap().0, 4);
    });
}

#[test]
fn a_name_that_the_os_does_not_know_is_an_error_that_names_it() {
    // No name has a NUL in it: std says so at once, also without a network.
    let error = block_on(TcpStream::connect("no\0name:80")).unwrap_err();
    assert!(error.to_string().contains(r#""no\0name""#), "{error}");
}

#[test]
fn digits_are_never_asked_about() {
    let reactor = Reactor::new().unwrap();
    let home = Home::One(reactor.handle().clone());
    let _guard = enter_with(home, |_| panic!("a call that blocks"));
    futures::executor::block_on(async {
        TcpListener::bind("127.0.0.1:0").await.unwrap();
        UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
        assert_eq!(lookup_host("[::1]:80").await.unwrap().count(), 1);
    });
}

#[test]
fn a_question_that_nobody_asks_is_an_error_that_says_so() {
    let reactor = Reactor::new().unwrap();
    let home = Home::One(reactor.handle().clone());
    let _guard = enter_with(home, drop);
    let connect = TcpStream::connect("localhost:80");
    let error = futures::executor::block_on(connect).unwrap_err();
    assert!(error.to_string().contains("nobody asked"), "{error}");
}

#[cfg(feature = "simulation")]
#[test]
fn in_a_simulated_world_names_are_refused_and_digits_are_not() {
    let world = stage2_reactor::simulation::World::new(1);
    let reactor = Reactor::simulated(&world);
    let _guard = stage3_executor::context::enter(Home::One(reactor.handle().clone()));
    futures::executor::block_on(async {
        TcpListener::bind("127.0.0.1:80").await.unwrap();
        let error = TcpListener::bind("localhost:80").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("simulated"), "{error}");
    });
}
