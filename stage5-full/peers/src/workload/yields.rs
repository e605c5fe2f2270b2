//! Going behind the others, and coming round again.

use super::Settings;
use crate::measure::{Figures, second_of_two};
use crate::peer::Peer;

/// 200 tasks that yield 1000 times each.
pub fn many<P: Peer>(settings: Settings) -> Figures {
    yields::<P>(settings, 200, settings.count(1000))
}

/// A task that yields 200,000 times while nobody else is there.
pub fn alone<P: Peer>(settings: Settings) -> Figures {
    yields::<P>(settings, 1, settings.count(200_000))
}

fn yields<P: Peer>(settings: Settings, tasks: u64, times: u64) -> Figures {
    P::run(settings.workers, async move {
        second_of_two(tasks * times, async || {
            let task = || async move {
                for _ in 0..times {
                    P::yield_now().await;
                }
            };
            let joins: Vec<_> = (0..tasks).map(|_| P::spawn(task())).collect();
            for join in joins {
                join.await;
            }
        })
        .await
    })
}

#[cfg(test)]
mod tests {
    use crate::peer::Peer;
    use crate::peer::{async_executor::AsyncLocal, local_pool::FuturesLocal, smol::Smol};
    use crate::peer::{stage4::Stage4, stage5::Stage5, tokio::CurrentThread, tokio::MultiThread};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    const TASKS: u64 = 10;
    const TIMES: u64 = 1000;

    #[derive(Default)]
    struct Counts {
        started: AtomicU64,
        yields: AtomicU64,
    }

    /// How many yields of others a task has seen, on average, when its own yield is over.
    async fn yields_of_others<P: Peer>(counts: Arc<Counts>) -> f64 {
        counts.started.fetch_add(1, Relaxed);
        while counts.started.load(Relaxed) < TASKS {
            P::yield_now().await;
        }
        let mut others = 0;
        for _ in 0..TIMES {
            let before = counts.yields.fetch_add(1, Relaxed) + 1;
            P::yield_now().await;
            others += counts.yields.load(Relaxed) - before;
        }
        others as f64 / TIMES as f64
    }

    /// On one worker.
    fn a_yield_goes_behind_the_others<P: Peer>() {
        P::run(1, async {
            let counts = Arc::new(Counts::default());
            let task = || P::spawn(yields_of_others::<P>(counts.clone()));
            let joins: Vec<_> = (0..TASKS).map(|_| task()).collect();
            for join in joins {
                // Not always all: one begins earlier, another ends later, and tokio looks elsewhere now and then.
                let others = join.await;
                assert!(others > 0.9 * (TASKS - 1) as f64, "{others} others");
            }
        });
    }

    #[test]
    fn in_every_peer_a_yield_goes_behind_the_others() {
        a_yield_goes_behind_the_others::<MultiThread>();
        a_yield_goes_behind_the_others::<CurrentThread>();
        a_yield_goes_behind_the_others::<Smol>();
        a_yield_goes_behind_the_others::<Stage5>();
        a_yield_goes_behind_the_others::<Stage4>();
        a_yield_goes_behind_the_others::<FuturesLocal>();
        a_yield_goes_behind_the_others::<AsyncLocal>();
    }
}
