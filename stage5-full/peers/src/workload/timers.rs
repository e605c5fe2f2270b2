//! Sleeping, and thinking better of it.

use super::Settings;
use crate::measure::{Figures, Stretch, percentile};
use crate::peer::Full;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

/// 100,000 sleeps that end within the same 100 ms: whenever a runtime looks, several are due.
pub fn sleeps_100k<P: Full>(settings: Settings) -> Figures {
    sleeps::<P>(settings, 100_000)
}

/// 10,000 sleeps that end within the same 100 ms: a runtime that is precise wakes for each of them.
pub fn sleeps_10k<P: Full>(settings: Settings) -> Figures {
    sleeps::<P>(settings, 10_000)
}

/// A task for each sleep, spawned by the root future; the CPU time is all that the process takes until the last one has ended.
fn sleeps<P: Full>(settings: Settings, tasks: u64) -> Figures {
    let tasks = settings.count(tasks) as u32;
    let spread = settings.time(Duration::from_millis(100));
    P::run(settings.workers, async move {
        let stretch = Stretch::start();
        let joins: Vec<_> = (0..tasks)
            .map(|index| P::spawn(sleep_once::<P>(index, spread)))
            .collect();
        let mut late = Vec::with_capacity(joins.len());
        for join in joins {
            late.push(join.await);
        }
        let mut figures = stretch.per_operation(u64::from(tasks));
        late.sort_by(f64::total_cmp);
        figures.extend([
            ("late p50 ms", percentile(&late, 0.5)),
            ("late p99 ms", percentile(&late, 0.99)),
            ("late max ms", late[late.len() - 1]),
        ]);
        figures
    })
}

/// Sleeps for between a quarter and five quarters of `spread`, and tells by how many milliseconds too long.
async fn sleep_once<P: Full>(index: u32, spread: Duration) -> f64 {
    // A fixed scramble (a multiple of the golden ratio), so that deadlines do not come in order.
    let share = f64::from(index.wrapping_mul(2_654_435_769)) / f64::from(u32::MAX);
    let duration = spread / 4 + spread.mul_f64(share);
    let deadline = Instant::now() + duration;
    P::sleep(duration).await;
    deadline.elapsed().as_secs_f64() * 1e3
}

/// Timers that are created, polled once and dropped, one after the other, by one task.
pub fn cancel_alone<P: Full>(settings: Settings) -> Figures {
    cancel::<P>(settings, 0)
}

/// The same while 10,000 tasks wait for others that are due sooner: so the next deadline of all stays what it is.
pub fn cancel_among_10k<P: Full>(settings: Settings) -> Figures {
    cancel::<P>(settings, 10_000)
}

fn cancel<P: Full>(settings: Settings, others: u64) -> Figures {
    let timers = settings.count(200_000);
    P::run(settings.workers, async move {
        for index in 0..others {
            P::spawn_detached(P::sleep(Duration::from_millis(10_000 + index)));
        }
        P::spawn(async move {
            // By then the others sleep.
            P::sleep(Duration::from_millis(20)).await;
            let stretch = Stretch::start();
            for index in 0..timers {
                arm(pin!(P::sleep(Duration::from_secs(30 + index % 300)))).await;
                refresh_budget::<P>(index).await;
            }
            stretch.per_operation(timers)
        })
        .await
    })
}

/// A million timers that are all there at once, polled once, then dropped, by one task.
pub fn a_million<P: Full>(settings: Settings) -> Figures {
    let timers = settings.count(1_000_000);
    P::run(settings.workers, async move {
        P::spawn(async move {
            let stretch = Stretch::start();
            let mut armed = Vec::with_capacity(timers as usize);
            for index in 0..timers {
                let mut sleep = Box::pin(P::sleep(Duration::from_secs(30 + index % 300)));
                arm(sleep.as_mut()).await;
                armed.push(sleep);
                refresh_budget::<P>(index).await;
            }
            drop(armed);
            stretch.per_operation(timers)
        })
        .await
    })
}

/// Polls a sleep for the first time, which is when its timer is set.
async fn arm(mut sleep: Pin<&mut impl Future<Output = ()>>) {
    poll_fn(|cx| {
        assert!(sleep.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// Yields now and then: a timer polled by a task that has used up its budget of operations would not be set at all.
async fn refresh_budget<P: Full>(index: u64) {
    if index % 100 == 99 {
        P::yield_now().await;
    }
}
