//! Tasks that talk to each other.

use super::Settings;
use crate::measure::{Figures, second_of_two};
use crate::peer::Peer;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// 1000 tasks, each of which spawns a partner and exchanges a value with it, both ways; 20 times.
///
/// The tasks are spawned by the root future, which waits until the last one says that all are done.
pub fn ping_pong<P: Peer>(settings: Settings) -> Figures {
    const TIMES: u64 = 20;
    let pairs = settings.count(1000);
    P::run(settings.workers, async move {
        second_of_two(pairs * TIMES, async || {
            for _ in 0..TIMES {
                let left = Arc::new(AtomicU64::new(pairs));
                let (done, mut all_done) = P::channel(1);
                for _ in 0..pairs {
                    P::spawn_detached(pair::<P>(left.clone(), done.clone()));
                }
                P::receive(&mut all_done).await;
            }
        })
        .await
    })
}

async fn pair<P: Peer>(left: Arc<AtomicU64>, mut done: P::Sender) {
    let (ping, pinged) = P::oneshot();
    let (pong, ponged) = P::oneshot();
    P::spawn_detached(async move {
        let value = P::oneshot_receive(pinged).await;
        P::oneshot_send(pong, value + 1);
    });
    P::oneshot_send(ping, 1);
    assert_eq!(P::oneshot_receive(ponged).await, 2);
    if left.fetch_sub(1, Ordering::AcqRel) == 1 {
        P::send(&mut done, 0).await;
    }
}

/// One sender, one receiver, a channel of 1000.
pub fn mpsc_one<P: Peer>(settings: Settings) -> Figures {
    mpsc::<P>(settings, 1)
}

/// Ten senders, one receiver, a channel of 1000.
pub fn mpsc_many<P: Peer>(settings: Settings) -> Figures {
    mpsc::<P>(settings, 10)
}

fn mpsc<P: Peer>(settings: Settings, senders: u64) -> Figures {
    let messages = settings.count(500_000);
    P::run(settings.workers, async move {
        second_of_two(messages, async || {
            let (sender, mut receiver) = P::channel(1000);
            for _ in 0..senders {
                let mut sender = sender.clone();
                P::spawn_detached(async move {
                    for message in 0..messages / senders {
                        P::send(&mut sender, message).await;
                    }
                });
            }
            drop(sender);
            let received = P::spawn(async move {
                let mut count = 0;
                while P::receive(&mut receiver).await.is_some() {
                    count += 1;
                }
                count
            });
            assert_eq!(received.await, messages);
        })
        .await
    })
}
