//! Unix-domain sockets: streams and datagrams.

use std::io::ErrorKind;
use std::time::Duration;

use stage3_executor::future::join;
use stage3_executor::net::{UnixDatagram, UnixListener, UnixStream};
use stage3_executor::time::sleep;

use crate::block_on;

#[test]
fn unix_sockets_connect_at_a_path() {
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

#[test]
fn unix_datagrams_go_to_a_path_and_come_back() {
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

/// On macOS it gets an error.
#[cfg(target_os = "linux")]
#[test]
fn a_sender_of_unix_datagrams_waits_until_there_is_room() {
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

#[cfg(feature = "simulation")]
#[test]
fn a_simulated_world_has_no_unix_datagrams() {
    use stage3_executor::context::{Home, enter};
    let world = stage2_reactor::simulation::World::new(1);
    let reactor = stage3_executor::reactor::Reactor::simulated(&world);
    let _guard = enter(Home::One(reactor.handle().clone()));
    let error = UnixDatagram::pair().unwrap_err();
    assert!(error.to_string().contains("simulated"), "{error}");
}
