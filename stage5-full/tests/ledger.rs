//! The story of the stages, told by their ledgers: what each of them saves, as counts. The program
//! of this stage runs the job of each, in a process of its own.
#![cfg(feature = "program")]

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use serde_json::Value;

/// How long a request may take on the busiest of machines, in milliseconds.
const PATIENCE: &str = "60000";

/// How many requests are many. Under wine, `.ci/full` takes fewer: one server does the system calls of all programs there,
/// and looks at every socket with an unread reply again at each of them, so that each is the slower the more replies wait.
fn many() -> String {
    env::var("STAGES_MANY").unwrap_or("1000".to_owned())
}

/// The longest delay. Who is emulated spins at a tenth of the speed and sees several events at once: `.ci/full` gives more time.
fn max_delay_ms() -> String {
    env::var("STAGES_MAX_DELAY_MS").unwrap_or("1000".to_owned())
}

/// The ledgers of stages 0 to 5, for the same requests.
fn compare(requests: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_stage5-full"))
        .args(["--compare", "--json", "--seed", "7", "--work", "5"])
        .args(["--requests", requests, "--timeout-ms", PATIENCE])
        .args(["--max-delay-ms", &max_delay_ms()])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let ledgers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let stages = ledgers.iter().map(|ledger| ledger["stage"].as_u64());
    assert!(stages.eq((0..=5).map(Some)), "{ledgers:?}");
    ledgers
}

fn number(ledger: &Value, field: &str) -> f64 {
    let value = ledger[field].as_f64();
    value.unwrap_or_else(|| panic!("{field} is {}", ledger[field]))
}

/// How many times as large as in `b` the field is in `a`.
fn ratio(ledgers: &[Value], field: &str, a: usize, b: usize) -> f64 {
    number(&ledgers[a], field) / number(&ledgers[b], field)
}

#[test]
fn the_ledgers_of_a_hundred_requests_tell_the_story() {
    let ledgers = compare("100");
    every_stage_computes_the_same(&ledgers);
    let spins = ratio(&ledgers, "resumes", 1, 2);
    assert!(
        spins >= 50.0,
        "stage 1 resumes {spins} times as often as stage 2"
    );
    let polls = ratio(&ledgers, "resumes", 3, 4);
    assert!(
        polls >= 10.0,
        "stage 3 polls {polls} times as often as stage 4"
    );
    let cpu = ratio(&ledgers, "fetch_cpu_ms", 1, 2);
    assert!(
        cpu >= 3.0,
        "stage 1 fetches with {cpu} times the CPU of stage 2"
    );
    memory_falls_from_stacks_to_values(&ledgers);
}

#[test]
fn the_waste_of_polling_everybody_grows_with_the_tasks() {
    // Many need more time: a slow machine sees several events at once, and polls less for them.
    let before = polls_for_nothing("100", "1000");
    let after = polls_for_nothing(&many(), "4000");
    assert!(
        after > before,
        "{before} at 100 requests, {after} at {}",
        many()
    );
}

/// How many times as often as stage 4 stage 3 polls.
fn polls_for_nothing(requests: &str, max_delay_ms: &str) -> f64 {
    let [everybody, the_woken] = ["3", "4"].map(|stage| {
        let output = Command::new(env!("CARGO_BIN_EXE_stage5-full"))
            .args(["--stage", stage, "--json", "--seed", "7", "--work", "5"])
            .args(["--requests", requests, "--max-delay-ms", max_delay_ms])
            .args(["--timeout-ms", PATIENCE])
            .output()
            .unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    });
    let each = number(&the_woken, "resumes") / number(&the_woken, "requests");
    assert!(each <= 6.0, "stage 4 polls {each} times for each request");
    number(&everybody, "resumes") / number(&the_woken, "resumes")
}

#[test]
fn a_thousand_replies_are_the_same_in_every_stage() {
    every_stage_computes_the_same(&compare(&many()));
}

fn every_stage_computes_the_same(ledgers: &[Value]) {
    for ledger in ledgers {
        assert_eq!(ledger["failed"], 0, "{ledger}");
        assert_eq!(ledger["checksum"], ledgers[0]["checksum"], "{ledger}");
    }
}

/// A task that waits has a stack of megabytes, then of kilobytes, then is a value of bytes.
fn memory_falls_from_stacks_to_values(ledgers: &[Value]) {
    let each: Vec<f64> = ledgers
        .iter()
        .map(|l| number(l, "bytes_per_task"))
        .collect();
    assert!(each[0] >= 1024.0 * 1024.0, "{each:?}");
    for stage in [1, 2] {
        assert!(
            (32.0 * 1024.0..1024.0 * 1024.0).contains(&each[stage]),
            "{each:?}"
        );
    }
    for stage in [3, 4, 5] {
        assert!(each[stage] < 4096.0, "{each:?}");
        assert_eq!(ledgers[stage]["stack_reserved_per_task"], 0);
    }
}

#[test]
fn compare_prints_a_table_with_a_row_for_each_stage() {
    let output = Command::new(env!("CARGO_BIN_EXE_stage5-full"))
        .args([
            "--compare",
            "--requests",
            "5",
            "--max-delay-ms",
            "40",
            "--work",
            "1",
        ])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    for row in [
        "0 OS threads",
        "1 green threads",
        "2 reactor",
        "3 executor",
        "4 waker",
        "5 ",
    ] {
        let rows = printed.lines().filter(|line| line.starts_with(row)).count();
        assert!(rows >= 1, "{row} is missing:\n{printed}");
    }
    assert!(printed.contains("in every stage"), "{printed}");
}

/// In every stage, five requests to a server that does `serve` fail, are counted, and end the
/// program with one line about it.
fn every_stage_counts_failures(serve: fn(&mut TcpStream), timeout_ms: &str, reason: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || serve(&mut stream));
        }
    });
    for stage in ["0", "1", "2", "3", "4", "5"] {
        let output = Command::new(env!("CARGO_BIN_EXE_stage5-full"))
            .args(["--stage", stage, "--json", "--requests", "5"])
            .args(["--timeout-ms", timeout_ms, "--server", &address])
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "stage {stage}: {errors}");
        let ledger: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(ledger["failed"], 5, "stage {stage}");
        assert_eq!(errors.lines().count(), 1, "stage {stage}: {errors}");
        assert!(errors.contains(reason), "stage {stage}: {errors}");
    }
}

#[test]
fn every_stage_gives_up_on_a_server_that_says_nothing() {
    let silent = |stream: &mut TcpStream| drop(std::io::copy(stream, &mut std::io::sink()));
    every_stage_counts_failures(silent, "300", "no reply in time");
}

#[test]
fn every_stage_counts_replies_that_are_garbage_or_cut_short() {
    fn answer(stream: &mut TcpStream, reply: &[u8]) {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(reply);
    }
    every_stage_counts_failures(|stream| answer(stream, b"\0garbage"), PATIENCE, "not HTTP");
    every_stage_counts_failures(
        |stream| answer(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
        PATIENCE,
        "cut short after 40 bytes",
    );
}
