//! The reverse proxy: bodies through it, its connections to upstream, and what it says when there is none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::{Request, StatusCode, Version};
use stage5_full::net::TcpListener;
use stage5_full::task;

use crate::http_server;
use crate::reverse_proxy::Upstream;
use crate::support::{Server, body, bytes, get, http, run, send};

/// A proxy to the server at `url`.
async fn proxy_to(url: &str) -> Server {
    let upstream = Upstream::new(&url.parse().unwrap()).unwrap();
    Server::start(move |request| upstream.clone().answer(request)).await
}

#[test]
fn large_bodies_stream_through_the_proxy_in_both_directions() {
    run(async {
        let upstream = Server::start(http_server::answer).await;
        let proxy = proxy_to(&upstream.url("")).await;
        let sent = bytes(8_000_000);
        for version in [Version::HTTP_11, Version::HTTP_2] {
            let echo = Request::post(proxy.url("/echo")).version(version);
            let response = send(echo.body(sent.clone().into()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert!(body(response).await == sent);
        }
    });
}

#[test]
fn a_connection_to_upstream_is_kept_for_the_next_request() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        drop(task::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                drop(task::spawn(async move {
                    while stream.read(&mut [0; 4096]).await.unwrap() > 0 {
                        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntea";
                        stream.write_all(response).await.unwrap();
                    }
                }));
            }
        }));
        let proxy = proxy_to(&format!("http://{address}")).await;
        for _ in 0..20 {
            assert_eq!(body(get(proxy.url("/")).await).await, "tea");
        }
        // Whether the first is ready again when the second request comes is up to the scheduler; but not for each.
        let connections = connections.load(Ordering::SeqCst);
        assert!((1..20).contains(&connections), "{connections}");
    });
}

#[test]
fn without_upstream_the_answer_is_502_until_it_is_back() {
    run(async {
        let upstream = Server::start(http_server::answer).await;
        let address = upstream.address;
        let proxy = proxy_to(&upstream.url("")).await;
        assert_eq!(get(proxy.url("/")).await.status(), StatusCode::OK);
        // The connection that is kept is closed, and no new one can be made.
        upstream.stop().await.unwrap().unwrap();
        let response = get(proxy.url("/")).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        let reason = body(response).await;
        assert!(reason.starts_with(b"upstream: "), "{reason:?}");
        let _back = Server::start_at(address, http_server::answer).await;
        assert_eq!(get(proxy.url("/")).await.status(), StatusCode::OK);
    });
}

#[test]
fn what_is_no_http_gives_502() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(task::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").await.unwrap();
            stream.read_to_end(&mut Vec::new()).await
        }));
        let proxy = proxy_to(&format!("http://{address}")).await;
        let response = get(proxy.url("/")).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    });
}

#[test]
fn headers_that_concern_one_connection_are_not_passed_on() {
    run(async {
        let upstream = Server::start(|request| async move {
            let mut names: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
            names.sort();
            let mut response = http::text(StatusCode::OK, names.join(" "));
            let headers = response.headers_mut();
            headers.insert("x-end-to-end", "yes".parse().unwrap());
            headers.insert("keep-alive", "timeout=5".parse().unwrap());
            response
        })
        .await;
        let proxy = proxy_to(&upstream.url("")).await;
        let request = Request::get(proxy.url("/"))
            .header("connection", "x-this-hop, close")
            .header("x-this-hop", "1")
            .header("x-end-to-end", "1")
            .header("te", "trailers");
        let response = send(request.body(Default::default()).unwrap()).await;
        assert!(response.headers().contains_key("x-end-to-end"));
        assert!(!response.headers().contains_key("keep-alive"));
        assert_eq!(body(response).await, "host x-end-to-end");
    });
}

#[test]
fn upstream_hears_the_name_that_the_client_has_asked_for() {
    run(async {
        let upstream = Server::start(|request| async move {
            let name = request.headers()["host"].to_str().unwrap().to_owned();
            http::text(StatusCode::OK, name)
        })
        .await;
        let proxy = proxy_to(&upstream.url("")).await;
        for version in [Version::HTTP_11, Version::HTTP_2] {
            let request = Request::get(proxy.url("/")).version(version);
            let response = send(request.body(Default::default()).unwrap()).await;
            assert_eq!(body(response).await, proxy.address.to_string());
        }
    });
}
