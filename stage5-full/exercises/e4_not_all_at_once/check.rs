//! Jobs that take their time, by a virtual clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use stage1_green_threads::course::check;
use stage5_full::course::explored;
use stage5_full::time;

use super::run_all;

/// Counts those who are inside.
#[derive(Default)]
struct Room {
    inside: AtomicUsize,
    most: AtomicUsize,
    left: AtomicUsize,
}

/// A job that takes `duration`.
async fn job(room: Arc<Room>, duration: Duration) {
    let inside = room.inside.fetch_add(1, Ordering::Relaxed) + 1;
    room.most.fetch_max(inside, Ordering::Relaxed);
    time::sleep(duration).await;
    room.inside.fetch_sub(1, Ordering::Relaxed);
    room.left.fetch_add(1, Ordering::Relaxed);
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Every job runs to its end before `run_all` does.
#[test]
fn all_are_done() {
    check(|seed| {
        explored(seed, move || async move {
            for count in [0, 1, 3, 10] {
                let room = Arc::new(Room::default());
                let jobs = (0..count).map(|n| job(room.clone(), ms((n as u64 * seed) % 7)));
                let panicked = run_all(jobs.collect(), 3).await;
                let done = room.left.load(Ordering::Relaxed);
                assert!(
                    done == count && panicked == 0,
                    "{count} jobs, at most 3 at once, none of which panics\n`run_all` returned when {done} were done, and says that \
                     {panicked} have panicked"
                );
            }
        });
    });
}

/// At no time are there more jobs under way than the limit allows.
#[test]
fn never_more_than_the_limit() {
    check(|seed| {
        explored(seed, move || async move {
            let limit = 1 + seed as usize % 4;
            let room = Arc::new(Room::default());
            let jobs = (0..12).map(|n| job(room.clone(), ms(1 + (n * 5) % 7)));
            run_all(jobs.collect(), limit).await;
            let most = room.most.load(Ordering::Relaxed);
            assert!(
                most <= limit,
                "12 jobs, at most {limit} at once\nat one time there were {most}"
            );
        });
    });
}

/// When a job ends, the next one begins, whichever has ended.
#[test]
fn a_free_place_is_taken_at_once() {
    check(|seed| {
        explored(seed, move || async move {
            let room = Arc::new(Room::default());
            let mut durations = vec![ms(10); 9];
            // The slow one is among the first, so that somebody may come to wait for it.
            durations.insert(seed as usize % 2, ms(90));
            let jobs = durations
                .iter()
                .map(|duration| job(room.clone(), *duration));
            let start = time::now();
            run_all(jobs.collect(), 2).await;
            let took = (time::now() - start).as_millis();
            assert!(
                took < 100,
                "jobs of 90 ms and nine times 10 ms, at most 2 at once\nthey can be done in 90 ms: the long one in one place, the others in \
                 the other\nthey took {took} ms (by a virtual clock): a place was free, and nobody took it"
            );
        });
    });
}

/// A job that panics is counted, and makes room for the next like any other.
#[test]
fn a_panic_frees_its_place() {
    check(|seed| {
        explored(seed, move || async move {
            let room = Arc::new(Room::default());
            let jobs = (0..9).map(|n| {
                let room = room.clone();
                async move {
                    time::sleep(ms(1)).await;
                    assert!(n % 3 != 0, "one in three fails");
                    job(room, ms(1)).await;
                }
            });
            let limit = 1 + seed as usize % 3;
            let result =
                time::timeout(Duration::from_secs(60), run_all(jobs.collect(), limit)).await;
            let done = room.left.load(Ordering::Relaxed);
            assert!(
                result.is_ok(),
                "9 jobs, at most {limit} at once; one in three panics\nafter a minute {done} of the other 6 are done, and nothing moves: \
                 whoever panics keeps its place"
            );
            assert!(
                done == 6 && result == Ok(3),
                "9 jobs, at most {limit} at once; one in three panics\n{done} of the other 6 are done; `run_all` says that {} have \
                 panicked",
                result.unwrap_or_default()
            );
        });
    });
}
