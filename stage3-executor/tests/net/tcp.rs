//! Connections: made, refused, taken over; their options.

use std::io::ErrorKind;

use stage3_executor::future::join;
use stage3_executor::net::{TcpListener, TcpStream};

use crate::{block_on, tcp_pair};

#[test]
fn a_tcp_echo_carries_more_than_the_buffers_hold() {
    block_on(async {
        let (client, server) = tcp_pair().await;
        let sent: Vec<u8> = (0..2_000_000u32).map(|n| n as u8).collect();
        let echo = async {
            let mut buffer = vec![0; 10_000];
            loop {
                match server.read(&mut buffer).await.unwrap() {
                    0 => return server.shutdown().await.unwrap(),
                    count => server.write_all(&buffer[..count]).await.unwrap(),
                }
            }
        };
        let send = async {
            client.write_all(&sent).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let mut received = Vec::new();
        let receive = client.read_to_end(&mut received);
        let (_, (_, count)) = join(echo, join(send, receive)).await;
        assert_eq!(count.unwrap(), sent.len());
        assert!(received == sent);
    });
}

#[test]
fn a_refused_connection_is_an_error() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let error = block_on(TcpStream::connect(address)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn connect_tries_the_addresses_one_after_the_other() {
    block_on(async {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let refused = gone.local_addr().unwrap();
        drop(gone);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = [refused, listener.local_addr().unwrap()];
        let stream = TcpStream::connect(&addresses[..]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), addresses[1]);
        let none = TcpStream::connect(&addresses[..0]).await.unwrap_err();
        assert_eq!(none.kind(), ErrorKind::InvalidInput);
    });
}

#[test]
fn options_and_addresses_are_those_of_the_socket() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        assert_eq!(one.peer_addr().unwrap(), other.local_addr().unwrap());
        one.set_nodelay(true).unwrap();
        assert!(one.nodelay().unwrap());
        one.set_ttl(42).unwrap();
        assert_eq!(one.ttl().unwrap(), 42);
        assert!(one.take_error().unwrap().is_none());
    });
}

#[test]
fn a_connection_of_std_can_be_taken_over() {
    block_on(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let client = std::net::TcpStream::connect(address).unwrap();
        let client = TcpStream::from_std(client).unwrap();
        let (server, peer) = listener.accept().await.unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
        client.write_all(b"tea").await.unwrap();
        let mut buffer = [0; 3];
        server.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"tea");
    });
}
