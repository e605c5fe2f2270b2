//! What a future loses that is dropped before it is done: nothing.

use std::time::Duration;

use stage3_executor::future::{join, race};
use stage3_executor::net::{TcpListener, TcpStream};
use stage3_executor::time::{sleep, timeout};

use crate::{block_on, tcp_pair};

#[test]
fn a_cancelled_read_loses_nothing() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let mut buffer = [0; 8];
        for _ in 0..3 {
            let read = async { Some(one.read(&mut buffer).await.unwrap()) };
            let nap = async {
                sleep(Duration::from_millis(1)).await;
                None
            };
            assert_eq!(race(read, nap).await, None);
        }
        other.write_all(b"tea").await.unwrap();
        assert_eq!(one.read(&mut buffer).await.unwrap(), 3);
    });
}

#[test]
fn a_cancelled_accept_loses_no_connection() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let given_up = timeout(Duration::from_millis(1), listener.accept()).await;
        assert!(given_up.is_err());
        let connect = TcpStream::connect(listener.local_addr().unwrap());
        let (accepted, connected) = join(listener.accept(), connect).await;
        assert_eq!(
            accepted.unwrap().1,
            connected.unwrap().local_addr().unwrap()
        );
    });
}
