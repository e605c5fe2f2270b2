//! HTTP/2: many requests at once on one connection, each a task of its own.

use hyper::Version;
use stage5_full::task::JoinSet;

use crate::support::{full, get, http2_client, post, run, serve, text};

#[test]
fn a_client_with_prior_knowledge_sends_many_requests_at_once() {
    run(async {
        let address = serve(Version::HTTP_2).await;
        let client = http2_client(address).await;
        let mut requests = JoinSet::new();
        for n in 0..100 {
            let mut client = client.clone();
            requests.spawn(async move {
                let request = post("http://test/echo", full(n.to_string()));
                let response = client.send_request(request).await.unwrap();
                assert_eq!(response.version(), Version::HTTP_2);
                assert_eq!(text(response).await, n.to_string());
            });
        }
        while let Some(finished) = requests.join_next().await {
            finished.unwrap();
        }
    });
}

#[test]
fn a_large_body_is_held_back_by_flow_control_and_arrives_whole() {
    run(async {
        let address = serve(Version::HTTP_2).await;
        let mut client = http2_client(address).await;
        let sent: Vec<u8> = (0..8_000_000u32).map(|n| (n % 251) as u8).collect();
        let request = post("http://test/echo", full(sent.clone()));
        let large = client.send_request(request).await.unwrap();
        // The body of the first is not read yet; the second is answered all the same.
        let small = client.send_request(get("http://test/")).await.unwrap();
        assert_eq!(text(small).await, "hello");
        assert!(text(large).await == sent);
    });
}
