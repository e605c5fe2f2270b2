//! Where sockets and timers are at home, and what is said where there is no home.

use std::panic::catch_unwind;
use std::thread;
use std::time::Duration;

use stage3_executor::Executor;
use stage3_executor::context::{self, Home, RoundRobin, enter};
use stage3_executor::net::{TcpListener, TcpStream, UdpSocket};
use stage3_executor::reactor::Reactor;
use stage3_executor::time::sleep;

#[test]
fn outside_any_runtime_making_a_socket_is_an_error_that_says_so() {
    let bind = futures::executor::block_on(TcpListener::bind("127.0.0.1:0"));
    let connect = futures::executor::block_on(TcpStream::connect("127.0.0.1:1"));
    let udp = futures::executor::block_on(UdpSocket::bind("127.0.0.1:0"));
    for error in [bind.unwrap_err(), connect.unwrap_err(), udp.unwrap_err()] {
        let message = error.to_string();
        assert!(
            message.contains("there is no runtime on this thread"),
            "{message}"
        );
    }
}

#[test]
fn outside_any_runtime_a_sleep_panics_at_its_first_poll_and_says_so() {
    let nap = sleep(Duration::from_millis(1));
    let panic = catch_unwind(|| futures::executor::block_on(nap)).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(
        message.contains("there is no runtime on this thread"),
        "{message}"
    );
}

#[test]
fn a_guard_restores_what_was_before() {
    let (one, other) = (Reactor::new().unwrap(), Reactor::new().unwrap());
    let outer = enter(Home::One(one.handle().clone()));
    {
        let _inner = enter(Home::One(other.handle().clone()));
        assert!(context::current().unwrap().same(other.handle()));
    }
    assert!(context::current().unwrap().same(one.handle()));
    drop(outer);
    assert!(context::current().is_err());
}

#[test]
fn several_homes_take_turns_also_between_clones() {
    let reactors = [(); 3].map(|()| Reactor::new().unwrap());
    let homes = RoundRobin::new(reactors.iter().map(|reactor| reactor.handle().clone()));
    let _guard = enter(Home::RoundRobin(homes.clone()));
    let first = context::current().unwrap();
    let second = thread::spawn(move || {
        let _guard = enter(Home::RoundRobin(homes));
        context::current().unwrap()
    });
    let second = second.join().unwrap();
    let third = context::current().unwrap();
    let again = context::current().unwrap();
    let chosen = [first, second, third, again];
    for (index, handle) in chosen.iter().enumerate() {
        assert!(handle.same(reactors[index % 3].handle()), "choice {index}");
    }
}

#[test]
fn after_the_reactor_is_gone_io_is_an_error_that_says_so() {
    let executor = Executor::new().unwrap();
    let listener = executor.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    drop(executor);
    let other = Executor::new().unwrap();
    let error = other.block_on(listener.accept()).unwrap_err();
    assert!(error.to_string().contains("shut down"), "{error}");
}

#[test]
fn after_the_reactor_is_gone_a_sleep_ends() {
    let executor = Executor::new().unwrap();
    let mut nap = sleep(Duration::from_secs(3600));
    executor.block_on(async {
        assert!(futures::poll!(&mut nap).is_pending());
    });
    drop(executor);
    Executor::new().unwrap().block_on(nap);
}

#[test]
fn a_socket_can_be_used_and_dropped_by_another_thread() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let executor = Executor::new().unwrap();
    let socket = executor.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
    is_shared(&socket);
    thread::spawn(move || drop(socket)).join().unwrap();
}
