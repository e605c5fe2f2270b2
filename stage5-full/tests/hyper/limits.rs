//! hyper's time limits, through our timer.

use std::pin::Pin;
use std::time::Duration;

use hyper::rt::Timer as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use stage5_full::hyper::{Io, Timer};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::time;

use crate::support::{run, service};

#[test]
fn a_client_that_sends_its_head_too_slowly_is_timed_out() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = stage5_full::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            http1::Builder::new()
                .timer(Timer)
                .header_read_timeout(Duration::from_millis(50))
                .serve_connection(Io::new(stream), service_fn(service))
                .await
        });
        let client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: te")
            .await
            .unwrap();
        let error = server.await.unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        // And the connection is closed.
        client.read_to_end(&mut Vec::new()).await.unwrap();
    });
}

#[test]
fn a_limit_is_moved_without_a_new_allocation() {
    run(async {
        let before = Timer.now();
        let mut limit = Timer.sleep(Duration::from_secs(3600));
        // Once it has been polled, it is with the reactor.
        time::timeout(Duration::ZERO, limit.as_mut())
            .await
            .unwrap_err();
        let place: *const _ = &*limit;
        Timer.reset(&mut limit, before + Duration::from_millis(10));
        assert!(std::ptr::addr_eq(place, &*limit));
        limit.as_mut().await;
        assert!(time::now() >= before + Duration::from_millis(10));
        // One that is over can be set again.
        let later = time::now() + Duration::from_millis(10);
        Timer.reset(&mut limit, later);
        limit.await;
        assert!(time::now() >= later);
    });
}

#[test]
fn a_limit_of_another_timer_is_replaced() {
    struct Other;
    impl Future for Other {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
            std::task::Poll::Pending
        }
    }
    impl hyper::rt::Sleep for Other {}
    run(async {
        let mut limit: Pin<Box<dyn hyper::rt::Sleep>> = Box::pin(Other);
        Timer.reset(&mut limit, time::now());
        limit.await;
    });
}
