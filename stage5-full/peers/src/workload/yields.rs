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
