//! Seeded schedules: the same list for the same seed, planted bugs found and replayed, and what is refused.
#![cfg(feature = "explore")]

mod common;

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use common::Gate;
use stage3_executor::Executor;
use stage3_executor::future::yield_now;
use stage3_executor::net::{TcpListener, TcpStream};
use stage3_executor::time::{now, sleep};
use stage4_waker::channel::mpsc;
use stage4_waker::explore::{Explorer, explore};
use stage4_waker::{LocalExecutor, spawn_local};

/// So many seeds, or as many as `STAGES_SEEDS` says.
fn seeds(usual: u64) -> Range<u64> {
    match std::env::var("STAGES_SEEDS") {
        Ok(count) => 0..count.parse().expect("STAGES_SEEDS must be a whole number"),
        Err(_) => 0..usual,
    }
}

/// A bug of order: two tasks read a count, let others run, and write it back.
async fn loses_an_update() {
    let count = Rc::new(Cell::new(0));
    let add = |count: Rc<Cell<u32>>| async move {
        let seen = count.get();
        yield_now().await;
        count.set(seen + 1);
    };
    let first = spawn_local(add(count.clone()));
    first.await.unwrap();
    let other = [
        spawn_local(add(count.clone())),
        spawn_local(sets(count.clone())),
    ];
    for task in other {
        task.await.unwrap();
    }
    assert_eq!(count.get(), 12, "an update was lost");
}

async fn sets(count: Rc<Cell<u32>>) {
    yield_now().await;
    count.set(count.get() + 10);
}

async fn echo() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn_local(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 5];
        stream.read_exact(&mut bytes).await.unwrap();
        sleep(Duration::from_millis(20)).await;
        stream.write_all(&bytes).await.unwrap();
    });
    let stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let mut bytes = [0; 5];
    stream.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"hello");
    server.await.unwrap();
}

#[test]
fn the_same_seed_gives_the_same_events_byte_for_byte() {
    for seed in seeds(10) {
        let events = || Explorer::seed(seed).events(echo).join("\n");
        let first = events();
        assert!(first.contains("timer_fired"), "{first}");
        assert_eq!(first, events());
    }
}

#[test]
fn different_seeds_give_different_schedules() {
    let lists: std::collections::BTreeSet<_> = (0..20)
        .map(|seed| Explorer::seed(seed).events(loses_an_update))
        .collect();
    assert!(lists.len() > 1);
}

#[test]
fn a_planted_bug_of_order_is_found_and_its_seed_replays_it() {
    let failure = Explorer::new(0..200).run(loses_an_update).unwrap_err();
    assert!(
        failure.reason.contains("an update was lost"),
        "{}",
        failure.reason
    );
    let again = Explorer::seed(failure.seed)
        .run(loses_an_update)
        .unwrap_err();
    assert_eq!(again.events, failure.events);
    let text = failure.to_string();
    assert!(
        text.contains(&format!("STAGES_SEED={}", failure.seed)),
        "{text}"
    );
}

/// The numbers of tasks go on from run to run, but not in what is reported.
#[test]
fn a_failure_is_reported_in_the_same_words_again() {
    let fails = || async {
        let error = spawn_local(async { panic!("on purpose") }).await;
        let error = error.unwrap_err();
        panic!("{error}; {error:?}; of 2 tasks")
    };
    let words = "panicked: task 2 panicked with message \"on purpose\"; \
                 JoinError::Panic(TaskId(2), Some(\"on purpose\")); of 2 tasks";
    for _ in 0..2 {
        assert_eq!(Explorer::seed(1).run(fails).unwrap_err().reason, words);
    }
    let cancelled = || async {
        let task = spawn_local(std::future::pending::<()>());
        task.abort();
        panic!("{}", task.await.unwrap_err())
    };
    let reason = Explorer::seed(1).run(cancelled).unwrap_err().reason;
    assert_eq!(reason, "panicked: task 2 was cancelled");
}

#[test]
fn a_destructor_at_the_end_finds_the_virtual_clock() {
    struct Late(Rc<Cell<Option<Duration>>>, std::time::Instant);
    impl Drop for Late {
        fn drop(&mut self) {
            self.0.set(Some(now() - self.1));
        }
    }
    let age = Rc::new(Cell::new(None));
    let left = age.clone();
    let program = move || {
        let age = left.clone();
        async move {
            let late = Late(age, now());
            spawn_local(async move {
                let _late = late;
                std::future::pending::<()>().await;
            });
            sleep(Duration::from_secs(60)).await;
        }
    };
    explore(0..1, program);
    assert_eq!(age.get(), Some(Duration::from_secs(60)));
}

#[test]
fn a_right_program_passes_under_every_seed() {
    explore(seeds(50), echo);
    explore(seeds(50), || async {
        let (sender, mut receiver) = mpsc::channel(1);
        for from in 0..3 {
            let sender = sender.clone();
            spawn_local(async move {
                for value in 0..3 {
                    sender.send((from, value)).await.unwrap();
                }
            });
        }
        drop(sender);
        let mut next = [0; 3];
        while let Some((from, value)) = receiver.recv().await {
            assert_eq!(value, next[from]);
            next[from] += 1;
        }
        assert_eq!(next, [3; 3]);
    });
}

#[test]
fn time_jumps_to_the_next_deadline_when_all_are_idle() {
    explore(seeds(5), || async {
        let start = now();
        sleep(Duration::from_secs(3600)).await;
        assert_eq!(now() - start, Duration::from_secs(3600));
    });
}

#[test]
#[should_panic(expected = "at least one seed")]
fn an_exploration_without_seeds_is_refused() {
    explore(3..3, || async {});
}

#[test]
fn the_last_seed_of_all_is_a_seed_too() {
    let fails = || async { panic!("on purpose") };
    assert_eq!(
        Explorer::seed(u64::MAX).run(fails).unwrap_err().seed,
        u64::MAX
    );
}

#[test]
fn a_deadlock_is_reported() {
    let failure = Explorer::seed(1)
        .run(std::future::pending::<()>)
        .unwrap_err();
    assert!(failure.reason.starts_with("deadlock"), "{failure}");
}

#[test]
fn a_program_that_never_ends_is_reported() {
    let spins = || async {
        loop {
            yield_now().await;
        }
    };
    let failure = Explorer::seed(1).step_limit(100).run(spins).unwrap_err();
    assert_eq!(failure.reason, "not done after 100 steps");
}

#[test]
fn a_real_reactor_is_refused() {
    explore(0..1, || async {
        for error in [
            LocalExecutor::new().unwrap_err(),
            Executor::new().unwrap_err(),
        ] {
            assert!(
                error.to_string().contains("inside an exploration"),
                "{error}"
            );
        }
    });
}

#[test]
fn a_real_socket_is_refused() {
    explore(0..1, || async {
        let real = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(TcpListener::from_std(real).is_err());
    });
}

#[test]
fn a_wake_from_another_thread_is_refused() {
    let failure = Explorer::seed(1).run(|| async {
        let gate = Gate::new();
        let opens = gate.clone();
        let task = spawn_local(async move { gate.pass().await });
        while opens.polls() == 0 {
            yield_now().await;
        }
        std::thread::spawn(move || opens.open()).join().unwrap();
        task.await.unwrap();
    });
    let reason = failure.unwrap_err().reason;
    assert!(reason.contains("another OS thread"), "{reason}");
}
