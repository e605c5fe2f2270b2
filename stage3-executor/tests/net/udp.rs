//! Datagrams, connected and not.

use std::io::ErrorKind;
use std::time::Duration;

use stage3_executor::future::join;
use stage3_executor::net::UdpSocket;
use stage3_executor::time::sleep;

use crate::block_on;

#[test]
fn udp_sends_to_and_receives_from() {
    block_on(async {
        let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut buffer = [0; 16];
        let error = one.try_recv_from(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        let send = async {
            sleep(Duration::from_millis(1)).await;
            other.send_to(b"ping", one.local_addr().unwrap()).await
        };
        let (received, sent) = join(one.recv_from(&mut buffer), send).await;
        assert_eq!(sent.unwrap(), 4);
        assert_eq!(received.unwrap(), (4, other.local_addr().unwrap()));
    });
}

#[test]
fn connected_udp_sends_and_receives() {
    block_on(async {
        let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        one.connect(other.local_addr().unwrap()).await.unwrap();
        other.connect(one.local_addr().unwrap()).await.unwrap();
        one.send(b"ping").await.unwrap();
        let mut buffer = [0; 16];
        assert_eq!(other.peek_from(&mut buffer).await.unwrap().0, 4);
        assert_eq!(other.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer[..4], b"ping");
    });
}
