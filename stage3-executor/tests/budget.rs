//! The budget of a poll, shared by sockets and timers.

use std::task::{Context, Waker};

use stage3_executor::future::join;
use stage3_executor::net::{TcpListener, TcpStream, UdpSocket};
use stage3_executor::{Executor, budget};

#[test]
fn a_socket_that_is_always_ready_gives_up_after_the_budget() {
    Executor::new().unwrap().block_on(async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (sent, spent) = budget::with_budget(5, || {
            let mut cx = Context::from_waker(Waker::noop());
            let mut send = || socket.poll_send_to(&mut cx, b"x", address).is_ready();
            (0..100).take_while(|_| send()).count()
        });
        assert_eq!((sent, spent), (5, 5));
    });
}

#[test]
fn a_task_whose_reads_are_always_ready_does_not_starve_its_siblings() {
    let executor = Executor::new().unwrap();
    executor.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connect = TcpStream::connect(listener.local_addr().unwrap());
        let (accepted, sender) = join(listener.accept(), connect).await;
        let (receiver, sender) = (accepted.unwrap().0, sender.unwrap());
        sender.write_all(&[7; 20_000]).await.unwrap();
        // One byte at a time, without ever having to wait for one.
        let reader = executor.spawn(async move {
            let mut byte = [0];
            for _ in 0..20_000 {
                receiver.read_exact(&mut byte).await.unwrap();
            }
        });
        let mut rounds = 0;
        let mut reader = std::pin::pin!(reader);
        while futures::poll!(reader.as_mut()).is_pending() {
            rounds += 1;
            stage3_executor::future::yield_now().await;
        }
        assert!(
            rounds >= 20_000 / 128,
            "turns for the sibling while the bytes were read: {rounds}"
        );
    });
}
