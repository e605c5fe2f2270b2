//! What a task costs that only waits.

use super::Settings;
use crate::measure::{Figures, resident};
use crate::peer::Peer;
use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};

/// Resident bytes of each of 200,000 tasks after its first poll.
pub fn parked<P: Peer>(settings: Settings) -> Figures {
    static POLLED: AtomicU64 = AtomicU64::new(0);
    let tasks = settings.count(200_000);
    P::run(settings.workers, async move {
        P::spawn(async {}).await;
        let before = resident();
        for _ in 0..tasks {
            P::spawn_detached(async {
                POLLED.fetch_add(1, Ordering::Relaxed);
                pending::<()>().await;
            });
        }
        while POLLED.load(Ordering::Relaxed) < tasks {
            P::yield_now().await;
        }
        vec![("bytes", (resident() - before) as f64 / tasks as f64)]
    })
}
