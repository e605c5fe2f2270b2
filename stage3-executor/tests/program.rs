//! The program, as a reader runs it: it ends well, and its figures tell the story of this stage.
#![cfg(feature = "program")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

use serde_json::Value;

fn program(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stage3-executor"))
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

fn figures(arguments: &str) -> Value {
    let output = program(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else")
}

/// qemu, with which cargo runs programs of another machine, has a thread of its own in each process.
fn emulator_threads() -> u64 {
    const RUNNER: &str = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER";
    let emulated = cfg!(target_arch = "aarch64") && std::env::var_os(RUNNER).is_some();
    u64::from(emulated)
}

#[test]
fn every_request_is_answered_and_every_event_polls_everybody() {
    let figures = figures("--requests 50 --max-delay-ms 500 --seed 7 --json");
    assert_eq!(figures["stage"], 3);
    assert_eq!(figures["failed"], 0);
    assert_eq!(figures["os_threads"], 1 + emulator_threads());
    assert_eq!(figures["stack_reserved_per_task"], 0);
    let polls = figures["resumes"].as_u64().unwrap();
    assert!(polls >= 50 * 10, "{polls} polls: who was left out?");
    // The waker does nothing, so nobody is ever woken by name.
    let waits = figures["os_waits"].as_u64().unwrap();
    assert!(0 < waits && waits < 50 * 10, "{waits} waits: it spins");
}

#[test]
fn the_same_seed_gives_the_same_checksum() {
    let arguments = "--requests 10 --max-delay-ms 50 --seed 7 --json";
    let first = figures(arguments);
    assert_eq!(first["checksum"], figures(arguments)["checksum"]);
}

#[test]
fn nobody_listening_is_counted_as_failed_requests() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let output = program(&format!("--requests 5 --server {address} --json"));
    assert_fails_without_a_panic(&output, 5);
}

#[test]
fn garbage_and_silence_are_counted_as_failed_requests() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (count, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let answers = [
                &b"SSH-2.0\r\n"[..],
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntea",
                b"",
            ];
            let _ = stream.write_all(answers[count % 3]);
        }
    });
    let output = program(&format!("--requests 6 --server {address} --json"));
    assert_fails_without_a_panic(&output, 6);
}

fn assert_fails_without_a_panic(output: &Output, failed: u64) {
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    let figures: Value = serde_json::from_slice(&output.stdout).expect("a JSON object");
    assert_eq!(figures["failed"], failed, "{stderr}");
}
