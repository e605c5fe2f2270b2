//! Making tasks and waiting for them.

use super::Settings;
use crate::measure::{Figures, second_of_two};
use crate::peer::Peer;
use std::future::Future;
use std::pin::Pin;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The root future spawns 100,000 tasks that do nothing, then awaits them all.
pub fn join<P: Peer>(settings: Settings) -> Figures {
    let tasks = settings.count(100_000);
    P::run(settings.workers, async move {
        second_of_two(tasks, async || {
            let joins: Vec<_> = (0..tasks).map(|_| P::spawn(async {})).collect();
            for join in joins {
                join.await;
            }
        })
        .await
    })
}

/// A binary tree of 131,071 tasks: every task spawns two and awaits them.
pub fn tree<P: Peer>(settings: Settings) -> Figures {
    fn node<P: Peer>(depth: u32) -> Boxed<()> {
        Box::pin(async move {
            if depth > 0 {
                let left = P::spawn(node::<P>(depth - 1));
                let right = P::spawn(node::<P>(depth - 1));
                left.await;
                right.await;
            }
        })
    }
    let depth = if settings.quick { 9 } else { 16 };
    P::run(settings.workers, async move {
        second_of_two((2 << depth) - 1, async || P::spawn(node::<P>(depth)).await).await
    })
}

/// A chain of 100,000 tasks: every task spawns the next one and ends; the last one tells the root.
pub fn chained<P: Peer>(settings: Settings) -> Figures {
    fn link<P: Peer>(left: u64, done: P::OneshotSender) -> Boxed<()> {
        Box::pin(async move {
            if left == 0 {
                P::oneshot_send(done, 0);
            } else {
                P::spawn_detached(link::<P>(left - 1, done));
            }
        })
    }
    let tasks = settings.count(100_000);
    P::run(settings.workers, async move {
        second_of_two(tasks, async || {
            let (done, finished) = P::oneshot();
            P::spawn_detached(link::<P>(tasks, done));
            P::oneshot_receive(finished).await;
        })
        .await
    })
}
