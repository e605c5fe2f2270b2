//! The checks of the exercises: what they run, and what they say when they fail. Each runs in a process of its own.
#![cfg(feature = "program")]

mod common;

use std::env;
use std::fs;
use std::process::{Command, Output};
use std::thread;

use stage1_green_threads::course::check;
use stage1_green_threads::{Builder, park, run, spawn, yield_now};

/// Runs the test `name` of this binary as a check: with these variables. `None`: this is that process.
fn as_check(name: &str, variables: &[(&str, &str)]) -> Option<Output> {
    const MARK: &str = "STAGE1_COURSE_CHILD";
    if env::var_os(MARK).is_some() {
        return None;
    }
    let binary = env::current_exe().expect("a test knows its binary");
    let mut command = match common::runner() {
        Some(runner) => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("exec {runner} \"$0\" \"$@\"")]);
            command.arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    command.env(MARK, "1").env("RUST_BACKTRACE", "0");
    command.envs(variables.iter().copied());
    Some(command.output().expect("a test can start itself"))
}

/// What a check that fails has said.
fn said(output: &Output) -> String {
    assert!(!output.status.success(), "the check fails");
    common::stderr(output)
}

fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => panic!("{part:?} is missing, or in the wrong place:\n{text}"),
        }
    }
}

#[test]
fn a_check_runs_once_for_each_seed() {
    let path = env::temp_dir().join(format!("stage1-course-{}", std::process::id()));
    let path = path.to_str().expect("a path of the test's own");
    let variables = [("LEARN_SEEDS", "3..6"), ("LEARN_VERDICTS", path)];
    let Some(output) = as_check("a_check_runs_once_for_each_seed", &variables) else {
        return check(|seed| assert_ne!(seed, 4, "seed 4 is the one that fails"));
    };
    let message = said(&output);
    assert!(
        message.contains("seed 4 is the one that fails"),
        "{message}"
    );
    let verdicts = fs::read_to_string(path).expect("verdicts are written");
    fs::remove_file(path).expect("they can be removed");
    assert_eq!(
        verdicts, "3 passed\n4 failed\n",
        "it stops at the first failure"
    );
}

#[test]
fn seeds_after_a_failure_are_run_if_that_is_asked_for() {
    let variables = [("LEARN_SEEDS", "1..4"), ("LEARN_GO_ON", "1")];
    let name = "seeds_after_a_failure_are_run_if_that_is_asked_for";
    let Some(output) = as_check(name, &variables) else {
        return check(|seed| assert!(seed > 2, "seed {seed} is too small"));
    };
    assert_in_order(
        &said(&output),
        &["seed 1 is too small", "seed 2 is too small"],
    );
}

#[test]
fn a_failed_check_tells_the_last_events() {
    let Some(output) = as_check("a_failed_check_tells_the_last_events", &[]) else {
        return check(|_| {
            run(|| {
                let other = Builder::new().name("other".to_owned()).spawn(yield_now);
                other.unwrap().join().unwrap();
                panic!("this is what was observed");
            })
        });
    };
    let parts = [
        "this is what was observed",
        "What happened:",
        "(\"main\")",
        "(\"other\")",
        "was resumed and yielded",
        "was resumed and finished",
        "LEARN_SEEDS=1",
    ];
    assert_in_order(&said(&output), &parts);
}

#[test]
fn a_check_that_hangs_tells_which_task_is_stuck() {
    let variables = [("LEARN_LIMIT", "0.3")];
    let Some(output) = as_check("a_check_that_hangs_tells_which_task_is_stuck", &variables) else {
        return check(|_| {
            run(|| {
                let waits = Builder::new().name("waits".to_owned()).spawn(park);
                let blocks = || loop {
                    thread::park();
                };
                Builder::new()
                    .name("blocks".to_owned())
                    .spawn(blocks)
                    .unwrap();
                waits.unwrap().join().unwrap();
            })
        });
    };
    let parts = [
        "did not end within 300ms",
        "(\"main\") was suspended",
        "(\"waits\") was suspended, and nothing has woken it since",
        "(\"blocks\") was resumed and has not come back",
        "What happened:",
    ];
    assert_in_order(&said(&output), &parts);
}

#[test]
fn a_cycle_of_events_is_told_once() {
    // Time for some hundred turns on the slowest of machines.
    let variables = [("LEARN_LIMIT", "2")];
    let Some(output) = as_check("a_cycle_of_events_is_told_once", &variables) else {
        return check(|_| {
            run(|| {
                loop {
                    yield_now();
                }
            })
        });
    };
    let parts = [
        "goes round and round",
        "The last of",
        "yielded",
        "times more at least",
    ];
    let message = said(&output);
    assert_in_order(&message, &parts);
    assert!(message.lines().count() < 30, "{message}");
}

#[test]
fn a_check_hears_threads_that_it_starts() {
    let Some(output) = as_check("a_check_hears_threads_that_it_starts", &[]) else {
        return check(|_| {
            thread::spawn(|| run(|| spawn(yield_now).join().unwrap()))
                .join()
                .unwrap();
            panic!("to see the events");
        });
    };
    assert_in_order(
        &said(&output),
        &["What happened:", "was resumed and yielded"],
    );
}

#[test]
fn a_setting_that_cannot_be_read_is_named() {
    let variables = [("LEARN_SEEDS", "many")];
    let Some(output) = as_check("a_setting_that_cannot_be_read_is_named", &variables) else {
        return check(|_| ());
    };
    assert_in_order(
        &said(&output),
        &["LEARN_SEEDS must be a seed or a range", "\"many\""],
    );
}
