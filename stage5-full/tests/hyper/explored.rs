//! hyper on virtual workers and sockets in memory, under many schedules: it needs nothing that a seed does not decide.

use hyper::Version;
use stage5_full::explore::{Explorer, Faults};
use stage5_full::task::JoinSet;

use crate::support::{full, http1_client, http2_client, post, serve, text};

/// Three clients, each on a connection of its own.
async fn ask_over_http1() {
    let address = serve(Version::HTTP_11).await;
    let mut clients = JoinSet::new();
    for n in 0..3 {
        clients.spawn(async move {
            let mut client = http1_client(address).await;
            for word in ["one", "another"] {
                let body = format!("{word} {n}");
                let request = post("/echo", full(body.clone()));
                let response = client.send_request(request).await.unwrap();
                assert_eq!(text(response).await, body);
                client.ready().await.unwrap();
            }
        });
    }
    clients.join_all().await;
}

/// Ten requests at once on one connection.
async fn ask_over_http2() {
    let client = http2_client(serve(Version::HTTP_2).await).await;
    let mut requests = JoinSet::new();
    for n in 0..10 {
        let mut client = client.clone();
        requests.spawn(async move {
            let request = post("http://test/echo", full(n.to_string()));
            let response = client.send_request(request).await.unwrap();
            assert_eq!(text(response).await, n.to_string());
        });
    }
    requests.join_all().await;
}

#[test]
fn hyper_answers_under_every_schedule_also_when_sockets_give_little_at_a_time() {
    for faults in [Faults::default(), Faults::harmless()] {
        let explorer = Explorer::new(0..25).workers(3).faults(faults);
        explorer.run(ask_over_http1).unwrap();
        explorer.run(ask_over_http2).unwrap();
    }
}

#[test]
fn the_same_seed_gives_the_same_events_with_hyper_too() {
    for seed in 0..5 {
        let explorer = Explorer::seed(seed).faults(Faults::harmless());
        assert_eq!(
            explorer.events(ask_over_http1),
            explorer.events(ask_over_http1)
        );
        assert_eq!(
            explorer.events(ask_over_http2),
            explorer.events(ask_over_http2)
        );
    }
}
