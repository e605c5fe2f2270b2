//! Sockets: TCP, UDP, Unix, on the real OS.

mod cancelling;

mod streams;

mod tcp;

mod udp;

#[cfg(unix)]
mod unix;

use std::time::Duration;

use stage3_executor::Executor;
use stage3_executor::future::join;
use stage3_executor::net::{TcpListener, TcpStream};
use stage3_executor::time::timeout;

fn block_on<F: Future>(future: F) -> F::Output {
    let within = timeout(Duration::from_secs(30), future);
    Executor::new().unwrap().block_on(within).expect("in time")
}

async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connect = TcpStream::connect(listener.local_addr().unwrap());
    let (accepted, connected) = join(listener.accept(), connect).await;
    (connected.unwrap(), accepted.unwrap().0)
}
