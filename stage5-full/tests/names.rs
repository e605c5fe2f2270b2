//! Names where addresses are wanted: looked up in the pool for blocking calls, so that no worker is held.

use std::sync::mpsc;

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::task;

/// With one worker, and one thread for blocking calls.
fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).max_blocking_threads(1).build();
    runtime.expect("a runtime")
}

#[test]
fn a_name_is_looked_up_in_the_pool_while_the_worker_goes_on() {
    let runtime = runtime();
    let (release, released) = mpsc::channel::<()>();
    let holder = runtime.spawn_blocking(move || released.recv());
    let connected = runtime.spawn(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let by_name = task::spawn(TcpStream::connect(("localhost", address.port())));
        // While the pool is held and so the name is not known, digits connect.
        TcpStream::connect(address).await.unwrap();
        assert!(!by_name.is_finished());
        release.send(()).unwrap();
        by_name.await.unwrap().unwrap().peer_addr().unwrap() == address
    });
    assert!(runtime.block_on(connected).unwrap());
    runtime.block_on(holder).unwrap().unwrap();
}

#[test]
fn digits_need_no_thread_and_a_name_needs_one() {
    let runtime = runtime();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        TcpStream::connect(address.to_string()).await.unwrap();
        assert_eq!(runtime.metrics().num_blocking_threads(), 0);
        TcpStream::connect(("localhost", address.port()))
            .await
            .unwrap();
        assert_eq!(runtime.metrics().num_blocking_threads(), 1);
    });
}

#[test]
fn a_name_is_not_looked_up_after_shutdown() {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    let _guard = handle.enter();
    let error = futures::executor::block_on(TcpStream::connect("localhost:80")).unwrap_err();
    assert!(error.to_string().contains("shut down"), "{error}");
}
