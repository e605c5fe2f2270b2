//! Seeded schedules of several workers: the same list for the same seed, planted bugs found and replayed, and what is refused.
#![cfg(feature = "explore")]

use std::collections::BTreeSet;
use std::time::Duration;

use stage5_full::explore::{Explorer, explore};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::spawn;
use stage5_full::task::yield_now;
use stage5_full::time::{now, sleep};

/// A server that answers each of three clients after a while of its own.
async fn echo() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(async move {
        for _ in 0..3 {
            let (stream, _) = listener.accept().await.unwrap();
            spawn(serve(stream));
        }
    });
    let clients = [1, 2, 3].map(|number| {
        spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&[number; 5]).await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            assert_eq!(bytes, [number; 5]);
        })
    });
    for task in clients.into_iter().chain([server]) {
        task.await.unwrap();
    }
}

async fn serve(stream: TcpStream) {
    let mut bytes = [0; 5];
    stream.read_exact(&mut bytes).await.unwrap();
    sleep(Duration::from_millis(bytes[0].into())).await;
    stream.write_all(&bytes).await.unwrap();
}

#[test]
fn the_same_seed_gives_the_same_events_byte_for_byte() {
    for seed in 0..20 {
        let events = || Explorer::seed(seed).workers(3).events(echo).join("\n");
        let first = events();
        assert!(first.contains("timer_fired"), "{first}");
        assert!(first.contains("ready "), "{first}");
        assert_eq!(first, events());
    }
}

#[test]
fn different_seeds_give_different_schedules() {
    let lists: BTreeSet<_> = (0..20)
        .map(|seed| Explorer::seed(seed).events(echo))
        .collect();
    assert_eq!(lists.len(), 20);
}

#[test]
fn time_jumps_to_the_next_deadline_when_all_are_idle() {
    explore(0..20, || async {
        let start = now();
        let sleepers = [3, 1, 2].map(|hours| {
            spawn(async move {
                sleep(Duration::from_secs(hours * 3600)).await;
                now() - start
            })
        });
        for (sleeper, hours) in sleepers.into_iter().zip([3, 1, 2]) {
            assert_eq!(sleeper.await.unwrap(), Duration::from_secs(hours * 3600));
        }
        yield_now().await;
    });
}
