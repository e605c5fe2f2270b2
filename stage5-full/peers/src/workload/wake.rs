//! A wake that comes from a thread outside the runtime.

use super::Settings;
use crate::measure::{Figures, percentile};
use crate::peer::Peer;
use futures::StreamExt;
use futures::channel::mpsc;
use std::sync::mpsc as std_mpsc;
use std::time::Instant;

/// A thread outside sends a message to a task, which sends it back: the median of 10,000 round trips.
///
/// The channels, one of `futures` to the task and one of std to the thread, are the same for all peers: what differs is how
/// the task is woken.
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
