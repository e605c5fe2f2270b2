//! The server: its routes, in both versions of HTTP, and its end.

use futures::SinkExt;
use futures::channel::mpsc;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::{Request, StatusCode, Version};
use stage5_full::net::TcpStream;

use crate::http_server::answer;
use crate::support::{Error, Server, body, bytes, client, get, run, send};

#[test]
fn the_server_speaks_both_versions_of_http_on_one_port() {
    run(async {
        let server = Server::start(answer).await;
        for version in [Version::HTTP_11, Version::HTTP_2] {
            let hello = Request::get(server.url("/")).version(version);
            let response = send(hello.body(Full::default()).unwrap()).await;
            assert_eq!(
                (response.status(), response.version()),
                (StatusCode::OK, version)
            );
            assert_eq!(body(response).await, "Hello, world!\n");
            let echo = Request::post(server.url("/echo")).version(version);
            let large = bytes(3_000_000);
            let response = send(echo.body(large.clone().into()).unwrap()).await;
            assert!(body(response).await == large);
        }
        assert_eq!(get(server.url("/x")).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(
            get(server.url("/echo")).await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    });
}

#[test]
fn a_server_that_stops_finishes_the_request_in_flight_and_takes_no_new_ones() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        run(async {
            let server = Server::start(answer).await;
            let address = server.address;
            let (mut upload, sent) = mpsc::channel::<Result<Frame<Bytes>, Error>>(1);
            let echo = Request::post(server.url("/echo")).version(version);
            let echo = echo.body(StreamBody::new(sent)).unwrap();
            upload
                .send(Ok(Frame::data("before, ".into())))
                .await
                .unwrap();
            let mut response = client::send(echo).await.unwrap().into_body();
            let first = response.frame().await.unwrap().unwrap();
            assert_eq!(first.into_data().unwrap(), "before, ");

            let stopped = server.stop();
            // A connection is refused as soon as the listener is gone.
            while TcpStream::connect(address).await.is_ok() {
                stage5_full::task::yield_now().await;
            }
            assert!(!stopped.is_finished());
            upload
                .send(Ok(Frame::data("and after".into())))
                .await
                .unwrap();
            drop(upload);
            let rest = response.collect().await.unwrap().to_bytes();
            assert_eq!(rest, "and after");
            stopped.await.unwrap().unwrap();
        });
    }
}

#[test]
fn a_server_that_stops_does_not_wait_for_idle_connections() {
    run(async {
        let server = Server::start(answer).await;
        // One that has said nothing yet, and one that is kept alive after a response.
        let silent = TcpStream::connect(server.address).await.unwrap();
        let idle = TcpStream::connect(server.address).await.unwrap();
        idle.write_all(b"GET /x HTTP/1.1\r\nhost: test\r\n\r\n")
            .await
            .unwrap();
        assert!(idle.read(&mut [0; 1000]).await.unwrap() > 0);
        server.stop().await.unwrap().unwrap();
        for stream in [silent, idle] {
            stream.read_to_end(&mut Vec::new()).await.unwrap();
        }
    });
}
