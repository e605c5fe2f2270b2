//! HTTP/1.1: one connection, many requests.

use futures::AsyncReadExt;
use http_body_util::BodyExt;
use hyper::{StatusCode, Version};
use stage5_full::net::TcpStream;

use crate::support::{full, get, http1_client, post, run, serve, text};

#[test]
fn a_connection_is_kept_alive_for_many_requests() {
    run(async {
        let address = serve(Version::HTTP_11).await;
        // One connection is all that this client has.
        let mut client = http1_client(address).await;
        for _ in 0..100 {
            let response = client.send_request(get("/")).await.unwrap();
            assert_eq!(response.version(), Version::HTTP_11);
            assert_eq!(text(response).await, "hello");
            client.ready().await.unwrap();
        }
        let missing = client.send_request(get("/nothing")).await.unwrap();
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn requests_in_one_packet_are_answered_in_order() {
    run(async {
        let address = serve(Version::HTTP_11).await;
        let stream = TcpStream::connect(address).await.unwrap();
        let requests = "GET / HTTP/1.1\r\nhost: test\r\n\r\n\
                        GET /nothing HTTP/1.1\r\nhost: test\r\n\r\n\
                        GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
        stream.write_all(requests.as_bytes()).await.unwrap();
        let mut responses = Vec::new();
        stream.read_to_end(&mut responses).await.unwrap();
        let responses = String::from_utf8(responses).unwrap();
        let statuses: Vec<_> = responses.matches("HTTP/1.1 ").collect();
        assert_eq!(statuses.len(), 3);
        let position = |part: &str| responses.find(part).unwrap();
        assert!(position("200 OK") < position("404 Not Found"));
        assert!(position("404 Not Found") < responses.rfind("200 OK").unwrap());
        assert!(responses.ends_with("hello"));
    });
}

#[test]
fn a_large_body_goes_both_ways_at_once() {
    run(async {
        let address = serve(Version::HTTP_11).await;
        let mut client = http1_client(address).await;
        let sent: Vec<u8> = (0..8_000_000u32).map(|n| (n % 251) as u8).collect();
        let request = post("/echo", full(sent.clone()));
        let response = client.send_request(request).await.unwrap();
        assert!(response.into_body().collect().await.unwrap().to_bytes() == sent);
    });
}

#[test]
fn what_is_no_http_is_answered_with_400_and_the_connection_closed() {
    run(async {
        let address = serve(Version::HTTP_11).await;
        let stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"\x16\x03\x01 no HTTP\r\n\r\n")
            .await
            .unwrap();
        let mut response = String::new();
        let mut reader = &stream;
        reader.read_to_string(&mut response).await.unwrap();
        assert!(
            response.starts_with("HTTP/1.1 400 Bad Request"),
            "{response}"
        );
    });
}

#[test]
fn a_client_that_goes_away_in_a_response_ends_its_connection_only() {
    run(async {
        let address = serve(Version::HTTP_11).await;
        let mut gone = http1_client(address).await;
        let request = post("/echo", full(vec![1; 8_000_000]));
        let response = gone.send_request(request).await.unwrap();
        // Most of the body is still to come, in both directions.
        drop((gone, response));
        let mut client = http1_client(address).await;
        let response = client.send_request(get("/")).await.unwrap();
        assert_eq!(text(response).await, "hello");
    });
}
