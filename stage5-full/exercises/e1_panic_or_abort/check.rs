//! Jobs that return, panic, or are aborted, on two virtual workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use stage1_green_threads::course::check;
use stage5_full::course::explored;
use stage5_full::spawn;

use super::{Ended, keep_running};

/// What many overlook.
const BOX: &str = "What `into_panic` gives is a box with a &str in it, or a String. (`&` of the box itself is a \
                   `&dyn Any` too, and no downcast to a text fits it.)";

/// A job that returns is done, and is not started again.
#[test]
fn a_job_that_returns_is_done() {
    check(|seed| {
        explored(seed, || async {
            let ended = keep_running(|| spawn(async {}), 3).await;
            assert!(
                ended == Ended::Done { restarts: 0 },
                "the job returned at once; the answer was {ended:?}"
            );
        });
    });
}

/// A job that panics is started again, until it returns.
#[test]
fn a_job_that_panics_is_started_again() {
    check(|seed| {
        explored(seed, move || async move {
            let panics = 1 + (seed % 3) as u32;
            let mut started = 0;
            let start = || {
                started += 1;
                let panics = started <= panics;
                spawn(async move { assert!(!panics, "not yet") })
            };
            let ended = keep_running(start, 9).await;
            assert!(
                ended == Ended::Done { restarts: panics },
                "the job panicked {panics} times, then it returned; it may be tried 9 times\nit was started {started} times; the answer \
                 was {ended:?}"
            );
        });
    });
}

/// A job that was aborted stays so.
#[test]
fn who_was_aborted_is_not_started_again() {
    check(|seed| {
        explored(seed, || async {
            let mut started = 0;
            let start = || {
                started += 1;
                let job = spawn(std::future::pending());
                job.abort();
                job
            };
            let ended = keep_running(start, 3).await;
            assert!(
                ended == Ended::Stopped && started == 1,
                "somebody aborted the job\nit was started {started} times; the answer was {ended:?}\nWhoever aborts a job wants it to \
                 end: that is no failure."
            );
        });
    });
}

/// It is started as often as it was asked for, and no more.
#[test]
fn it_gives_up_after_so_many_tries() {
    check(|seed| {
        explored(seed, move || async move {
            let tries = 1 + (seed % 4) as u32;
            let started = Arc::new(AtomicU32::new(0));
            let start = || {
                started.fetch_add(1, Ordering::Relaxed);
                spawn(async { panic!("always") })
            };
            let ended = keep_running(start, tries).await;
            let started = started.load(Ordering::Relaxed);
            assert!(
                matches!(ended, Ended::GaveUp(_)) && started == tries,
                "the job always panics; it may be tried {tries} times in all\nit was started {started} times; the answer was {ended:?}"
            );
        });
    });
}

/// The text of the last panic is kept, whether it was a literal or was put together.
#[test]
fn the_last_panic_is_told() {
    check(|seed| {
        explored(seed, move || async move {
            let literal = keep_running(|| spawn(async { panic!("disk full") }), 1).await;
            assert!(
                literal == Ended::GaveUp("disk full".into()),
                "the job said panic!(\"disk full\"); the answer was {literal:?}\n{BOX}"
            );
            let formatted =
                keep_running(|| spawn(async move { panic!("disk {seed} full") }), 1).await;
            assert!(
                formatted == Ended::GaveUp(format!("disk {seed} full")),
                "the job said panic!(\"disk {{}} full\", {seed}); the answer was {formatted:?}\n{BOX}"
            );
        });
    });
}
