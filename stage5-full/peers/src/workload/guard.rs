//! What a runtime that never wakes its second worker would get wrong.

use super::Settings;
use crate::measure::{Figures, milliseconds, of_milliseconds, read_clock};
use crate::peer::Peer;
use std::time::{Duration, Instant};

/// Computes until this thread has had a core for so long: while the OS lets another thread run, that does not count.
pub fn compute(duration: Duration) {
    let cpu_time = || read_clock(libc::CLOCK_THREAD_CPUTIME_ID);
    let end = cpu_time() + duration;
    while cpu_time() < end {
        std::hint::spin_loop();
    }
}

/// 2000 tasks of 50 µs of CPU, spawned by one task: wall time, as a share of what it takes with one worker.
pub fn burst<P: Peer>(settings: Settings) -> Figures {
    let tasks = settings.count(2000);
    let wall = |workers| {
        P::run(workers, async move {
            P::spawn(async move {
                let start = Instant::now();
                let task = || async { compute(Duration::from_micros(50)) };
                let joins: Vec<_> = (0..tasks).map(|_| P::spawn(task())).collect();
                for join in joins {
                    join.await;
                }
                milliseconds(start)
            })
            .await
        })
    };
    let (many, one) = (wall(settings.workers), wall(1));
    vec![("share", many / one), ("ms", many), ("one worker ms", one)]
}

/// A task spawns one of 5 ms of CPU, then computes 5 ms itself, then awaits the other.
pub fn pair<P: Peer>(settings: Settings) -> Figures {
    samples::<P, _>(settings, || async {
        let start = Instant::now();
        let other = P::spawn(async { compute(Duration::from_millis(5)) });
        compute(Duration::from_millis(5));
        other.await;
        milliseconds(start)
    })
}

/// A task is queued by a poll that goes on for another 20 ms: after how long does it start?
pub fn queued<P: Peer>(settings: Settings) -> Figures {
    samples::<P, _>(settings, || async {
        let queued = Instant::now();
        let started = P::spawn(async move { milliseconds(queued) });
        compute(Duration::from_millis(20));
        started.await
    })
}

/// Runs the same task 20 times, one after the other.
fn samples<P: Peer, F: Future<Output = f64> + Send + 'static>(
    settings: Settings,
    task: impl Fn() -> F + Send + 'static,
) -> Figures {
    let times = settings.count(20);
    P::run(settings.workers, async move {
        let mut samples = Vec::new();
        for _ in 0..times {
            samples.push(P::spawn(task()).await);
        }
        of_milliseconds(samples)
    })
}
