//! Seeded schedules of several workers: the same list for the same seed, and what is reported of a program that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::{echo, seeds};
use futures::lock::Mutex;
use stage5_full::explore::{Explorer, Faults, SEED_VARIABLE, explore};
use stage5_full::spawn;
use stage5_full::task::{JoinSet, yield_now};
use stage5_full::time::{now, sleep};

/// A bug of order: two tasks look whether there is enough, let others run, and take.
async fn overdraws() {
    let balance = Arc::new(AtomicI64::new(100));
    let withdrawals = [30, 80].map(|amount| {
        let balance = balance.clone();
        spawn(async move {
            yield_now().await;
            if balance.load(Ordering::Relaxed) >= amount {
                yield_now().await;
                balance.fetch_sub(amount, Ordering::Relaxed);
            }
        })
    });
    for withdrawal in withdrawals {
        withdrawal.await.unwrap();
    }
    let left = balance.load(Ordering::Relaxed);
    assert!(left >= 0, "the account is overdrawn: {left}");
}

/// Two tasks lock two mutexes in opposite orders.
async fn locks_crosswise() {
    let (one, two) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let lock_both = |first: Arc<Mutex<()>>, second: Arc<Mutex<()>>| {
        spawn(async move {
            let _first = first.lock().await;
            yield_now().await;
            let _second = second.lock().await;
        })
    };
    let tasks = [lock_both(one.clone(), two.clone()), lock_both(two, one)];
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn the_same_seed_gives_the_same_events_byte_for_byte() {
    for seed in seeds(20) {
        let events = || Explorer::seed(seed).workers(3).events(echo).join("\n");
        let first = events();
        assert!(first.contains("timer_fired"), "{first}");
        assert!(first.contains("ready "), "{first}");
        assert_eq!(first, events());
    }
}

#[test]
fn different_seeds_give_different_schedules() {
    let lists: BTreeSet<_> = (0..20)
        .map(|seed| Explorer::seed(seed).events(echo))
        .collect();
    assert_eq!(lists.len(), 20);
}

/// The value of a field in an event.
fn field<'event>(event: &'event str, name: &str) -> Option<&'event str> {
    let mut words = event.split_whitespace();
    words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn tasks_are_polled_by_several_workers_and_are_stolen() {
    let mut steals = 0;
    let mut workers_of_tasks = BTreeMap::<_, BTreeSet<_>>::new();
    for seed in 0..20 {
        for event in Explorer::seed(seed).workers(3).events(many_tasks) {
            steals += usize::from(event.contains(" steal "));
            if let Some(worker) = field(&event, "worker") {
                let task = field(&event, "task").unwrap().to_owned();
                let workers = workers_of_tasks.entry((seed, task)).or_default();
                workers.insert(worker.to_owned());
            }
        }
    }
    assert!(steals > 0);
    let most = workers_of_tasks.values().map(BTreeSet::len).max();
    assert_eq!(most, Some(3), "no task came round to all three workers");
}

async fn many_tasks() {
    let mut set = JoinSet::new();
    for _ in 0..20 {
        set.spawn(async {
            for _ in 0..5 {
                yield_now().await;
            }
        });
    }
    set.join_all().await;
}

#[test]
fn a_planted_bug_of_order_is_found_and_its_seed_replays_it() {
    let failure = Explorer::new(0..200).run(overdraws).unwrap_err();
    assert_eq!(
        failure.reason, "panicked: the account is overdrawn: -10",
        "{failure}"
    );
    let again = Explorer::seed(failure.seed).run(overdraws).unwrap_err();
    assert_eq!(again.reason, failure.reason);
    assert_eq!(again.events, failure.events);
    let text = failure.to_string();
    let seed = format!("{SEED_VARIABLE}={}", failure.seed);
    assert!(text.contains(&seed), "{text}");
}

/// Runs a test of this file anew, in a process of its own, with one more variable in its environment.
fn child(test: &str, variable: &str, value: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("schedules::{test}"), "--nocapture"])
        .env(IS_CHILD, "1")
        .env(variable, value)
        .output()
        .unwrap()
}

const IS_CHILD: &str = "EXPLORES_AS_CHILD";

fn is_child() -> bool {
    std::env::var(IS_CHILD).is_ok()
}

#[test]
fn a_seed_in_the_environment_is_the_one_that_runs() {
    if is_child() {
        return explore(0..1, overdraws);
    }
    let failing = (0..200).find(|&seed| Explorer::seed(seed).run(overdraws).is_err());
    let failing = failing.expect("some schedule overdraws the account");
    let test = "a_seed_in_the_environment_is_the_one_that_runs";
    let child = child(test, SEED_VARIABLE, &failing.to_string());
    let stderr = String::from_utf8_lossy(&child.stderr);
    assert!(!child.status.success(), "{stderr}");
    let report = format!("seed {failing} fails");
    assert!(stderr.contains(&report), "{stderr}");
}

/// Addresses, hash maps and numbers that are unique in a process are others there.
#[test]
fn another_process_sees_the_same_events() {
    let events = || {
        let explorer = Explorer::new(7..8).workers(3).faults(Faults::harmless());
        explorer.events(echo).join("\n")
    };
    if is_child() {
        return println!("{}", events());
    }
    let child = child(
        "another_process_sees_the_same_events",
        "RUST_BACKTRACE",
        "0",
    );
    let stdout = String::from_utf8(child.stdout)
        .unwrap()
        .replace("\r\n", "\n");
    // Earlier runs here have used up numbers that are new there.
    let before = events();
    assert!(stdout.contains(&before), "{stdout}\n\n{before}");
    assert_eq!(before, events());
}

#[test]
fn a_deadlock_is_reported_for_the_schedules_that_have_it() {
    let results: Vec<_> = (0..100)
        .map(|seed| Explorer::seed(seed).run(locks_crosswise))
        .collect();
    assert!(results.iter().any(Result::is_ok));
    let failure = results.into_iter().find_map(Result::err);
    let failure = failure.expect("some schedule has the deadlock");
    assert!(failure.reason.starts_with("deadlock"), "{failure}");
}

#[test]
fn a_program_that_waits_for_nothing_is_a_deadlock() {
    let failure = Explorer::seed(1).run(pending::<()>).unwrap_err();
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
fn time_jumps_to_the_next_deadline_when_all_workers_are_idle() {
    explore(seeds(20), || async {
        let start = now();
        let sleepers = [3, 1, 2].map(|hours| {
            spawn(async move {
                sleep(Duration::from_secs(hours * 3600)).await;
                now() - start
            })
        });
        for (sleeper, hours) in sleepers.into_iter().zip([3, 1, 2]) {
            assert_eq!(sleeper.await.unwrap(), Duration::from_secs(hours * 3600));
        }
    });
}

#[test]
fn one_worker_is_enough() {
    Explorer::new(seeds(20)).workers(1).run(echo).unwrap();
}

#[test]
fn faults_that_a_right_program_does_not_notice_do_no_harm_on_several_workers() {
    let explorer = Explorer::new(seeds(100)).faults(Faults::harmless());
    explorer.run(echo).unwrap();
}

#[test]
fn with_faults_too_the_same_seed_gives_the_same_events() {
    for seed in seeds(20) {
        let explorer = Explorer::seed(seed).faults(Faults::all());
        assert_eq!(explorer.events(echo), explorer.events(echo));
    }
}

#[test]
fn faults_strike_in_some_schedules_and_not_in_others() {
    let run = |seed| Explorer::seed(seed).faults(Faults::all()).run(echo);
    let failures: Vec<_> = (0..100).filter_map(|seed| run(seed).err()).collect();
    assert!((1..100).contains(&failures.len()), "{}", failures.len());
    for failure in failures {
        assert!(failure.reason.starts_with("panicked"), "{failure}");
    }
}
