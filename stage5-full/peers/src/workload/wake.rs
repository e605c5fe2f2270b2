//! A wake that comes from a thread outside the runtime.

use super::Settings;
use crate::measure::{Figures, percentile, stay_on_this_core};
use crate::peer::Peer;
use futures::StreamExt;
use futures::channel::mpsc;
use std::sync::mpsc as std_mpsc;
use std::time::Instant;

/// A thread outside sends a message to a task, which sends it back: the median of 10,000 round trips.
///
/// The channels, one of `futures` to the task and one of std to the thread, are the same for all peers: what differs is how
/// the task is woken.
///
/// Where the OS lets the two threads run decides about much of it; so there is also the same on one core.
pub fn round_trip<P: Peer>(settings: Settings) -> Figures {
    let times = settings.count(10_000);
    P::run(settings.workers, async move {
        let (to_task, mut in_task) = mpsc::unbounded::<Instant>();
        let (to_thread, in_thread) = std_mpsc::channel::<Instant>();
        let thread = std::thread::spawn(move || {
            let round_trip = |_| {
                to_task.unbounded_send(Instant::now()).expect("a task");
                let sent = in_thread.recv().expect("a task");
                sent.elapsed().as_nanos() as f64
            };
            (0..times).map(round_trip).collect::<Vec<_>>()
        });
        P::spawn(async move {
            while let Some(sent) = in_task.next().await {
                to_thread.send(sent).expect("a thread");
            }
        })
        .await;
        let mut nanoseconds = thread.join().expect("the thread does not panic");
        nanoseconds.sort_by(f64::total_cmp);
        vec![
            ("ns", percentile(&nanoseconds, 0.5)),
            ("p99 ns", percentile(&nanoseconds, 0.99)),
        ]
    })
}

/// The same with all threads on one core: what is left is the runtime and two switches of threads.
pub fn round_trip_on_one_core<P: Peer>(settings: Settings) -> Figures {
    stay_on_this_core();
    round_trip::<P>(settings)
}
