//! Sockets: TCP, UDP, Unix, on the real OS.

use std::future::poll_fn;
use std::io::{ErrorKind, IoSlice, IoSliceMut};
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use stage3_executor::Executor;
use stage3_executor::future::{join, race};
use stage3_executor::net::{TcpListener, TcpStream, UdpSocket};
use stage3_executor::time::{sleep, timeout};

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
fn try_read_says_would_block_until_the_socket_is_readable() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let mut buffer = [0; 8];
        let error = one.try_read(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        other.write_all(b"tea").await.unwrap();
        one.readable().await.unwrap();
        assert_eq!(one.try_read(&mut buffer).unwrap(), 3);
        one.writable().await.unwrap();
        assert_eq!(one.try_write(b"x").unwrap(), 1);
    });
}

#[test]
fn a_read_may_go_into_memory_that_is_not_initialised() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        other.write_all(b"tea").await.unwrap();
        other.shutdown().await.unwrap();
        let mut buffer: Vec<u8> = Vec::with_capacity(8);
        let room = &mut buffer.spare_capacity_mut()[..8];
        let count = poll_fn(|cx| one.poll_read_uninit(cx, room)).await.unwrap();
        // SAFETY: so many bytes are initialised, as the read promises.
        unsafe { buffer.set_len(count) };
        assert_eq!(buffer, b"tea");
        let room = buffer.spare_capacity_mut();
        let end = poll_fn(|cx| one.poll_read_uninit(cx, room)).await;
        assert_eq!(end.unwrap(), 0);
    });
}

#[test]
fn peek_takes_nothing_away_and_read_exact_wants_all() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        other.write_all(b"teapot").await.unwrap();
        other.shutdown().await.unwrap();
        let mut buffer = [0; 4];
        while one.peek(&mut buffer).await.unwrap() < 4 {}
        assert_eq!(&buffer, b"teap");
        assert_eq!(one.read_exact(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer, b"teap");
        let error = one.read_exact(&mut buffer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(one.read(&mut buffer).await.unwrap(), 0);
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

#[test]
fn futures_io_reads_and_writes_vectored_too() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let slices = [IoSlice::new(b"green "), IoSlice::new(b"tea")];
        let mut writer = &one; // a shared reference does
        assert_eq!(
            AsyncWriteExt::write_vectored(&mut writer, &slices)
                .await
                .unwrap(),
            9
        );
        AsyncWriteExt::close(&mut writer).await.unwrap();
        let (mut head, mut tail) = ([0; 6], [0; 8]);
        let mut buffers = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)];
        let mut reader = other; // and so does the stream itself
        let count = AsyncReadExt::read_vectored(&mut reader, &mut buffers)
            .await
            .unwrap();
        assert_eq!((count, &head, &tail[..3]), (9, b"green ", &b"tea"[..]));
        let mut rest = String::new();
        let end = AsyncReadExt::read_to_string(&mut reader, &mut rest)
            .await
            .unwrap();
        assert_eq!(end, 0);
    });
}

/// The OS takes about a thousand buffers in one call; that it took no more does not mean that there is no room.
#[test]
fn more_buffers_than_the_os_takes_at_once_are_written_in_several_calls() {
    block_on(async {
        let (one, other) = tcp_pair().await;
        let bytes = [7; 5000];
        let slices: Vec<_> = bytes.chunks(1).map(IoSlice::new).collect();
        let mut written = 0;
        while written < slices.len() {
            written += one.write_vectored(&slices[written..]).await.unwrap();
        }
        let mut buffer = [0; 5000];
        let mut rest = &mut buffer[..];
        while !rest.is_empty() {
            let mut slots: Vec<_> = rest.chunks_mut(1).map(IoSliceMut::new).collect();
            let read = poll_fn(|cx| other.poll_read_vectored(cx, &mut slots));
            let count = read.await.unwrap();
            rest = &mut rest[count..];
        }
        assert_eq!(buffer, bytes);
    });
}

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

#[cfg(unix)]
#[test]
fn unix_sockets_connect_at_a_path() {
    use stage3_executor::net::{UnixListener, UnixStream};

    let path = std::env::temp_dir().join(format!("stage3-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    block_on(async {
        let listener = UnixListener::bind(&path).unwrap();
        let (accepted, client) = join(listener.accept(), UnixStream::connect(&path)).await;
        let (server, client) = (accepted.unwrap().0, client.unwrap());
        client.write_all(b"tea").await.unwrap();
        drop(client);
        let mut received = Vec::new();
        server.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"tea");
    });
    std::fs::remove_file(&path).unwrap();
    let error = block_on(UnixStream::connect(&path)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[cfg(unix)]
#[test]
fn unix_datagrams_go_to_a_path_and_come_back() {
    use stage3_executor::net::UnixDatagram;

    let folder = std::env::temp_dir();
    let [one, other] =
        ["one", "other"].map(|name| folder.join(format!("stage3-{name}-{}", std::process::id())));
    let _ = (std::fs::remove_file(&one), std::fs::remove_file(&other));
    block_on(async {
        let (first, second) = (
            UnixDatagram::bind(&one).unwrap(),
            UnixDatagram::bind(&other).unwrap(),
        );
        let mut buffer = [0; 16];
        let error = second.try_recv(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        let send = async {
            sleep(Duration::from_millis(1)).await;
            first.send_to(b"ping", &other).await.unwrap()
        };
        let (received, sent) = join(second.recv_from(&mut buffer), send).await;
        let (count, from) = received.unwrap();
        assert_eq!((count, sent, from.as_pathname()), (4, 4, Some(&*one)));
        let third = UnixDatagram::unbound().unwrap();
        third.connect(&other).unwrap();
        third.send(b"tea").await.unwrap();
        assert_eq!(second.recv(&mut buffer).await.unwrap(), 3);
    });
    std::fs::remove_file(&one).unwrap();
    std::fs::remove_file(&other).unwrap();
}

#[cfg(unix)]
#[test]
fn a_sender_of_unix_datagrams_waits_until_there_is_room() {
    use stage3_executor::net::UnixDatagram;

    block_on(async {
        let (one, other) = UnixDatagram::pair().unwrap();
        const COUNT: usize = 2_000;
        let send = async {
            for _ in 0..COUNT {
                one.send(&[7; 1000]).await.unwrap();
            }
        };
        let receive = async {
            for _ in 0..COUNT {
                assert_eq!(other.recv(&mut [0; 2000]).await.unwrap(), 1000);
            }
        };
        join(send, receive).await;
    });
}

#[cfg(all(unix, feature = "simulation"))]
#[test]
fn a_simulated_world_has_no_unix_datagrams() {
    use stage3_executor::context::{Home, enter};
    use stage3_executor::net::UnixDatagram;

    let world = stage2_reactor::simulation::World::new(1);
    let reactor = stage3_executor::reactor::Reactor::simulated(&world);
    let _guard = enter(Home::One(reactor.handle().clone()));
    let error = UnixDatagram::pair().unwrap_err();
    assert!(error.to_string().contains("simulated"), "{error}");
}
