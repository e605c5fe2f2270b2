//! The program, as a reader runs it: it ends well, and its figures tell the story of this stage.
#![cfg(feature = "program")]

use serde_json::Value;
use std::process::{Command, Output};

fn program(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_stage2-reactor");
    Command::new(program).args(arguments).output().unwrap()
}

fn figures(arguments: &[&str]) -> Value {
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
fn every_request_is_answered_and_a_task_runs_only_when_it_can_go_on() {
    let figures = figures(&[
        "--requests",
        "50",
        "--max-delay-ms",
        "200",
        "--seed",
        "7",
        "--json",
    ]);
    assert_eq!(figures["stage"], 2);
    assert_eq!(figures["failed"], 0);
    assert_eq!(figures["os_threads"], 1 + emulator_threads());
    let resumes = figures["resumes"].as_u64().unwrap();
    // Per request: start, connected, reply; and as much for hashing and the main thread.
    assert!(resumes <= 50 * 8, "{resumes} resumes: somebody spins");
}

#[test]
fn the_same_seed_gives_the_same_checksum() {
    let arguments = [
        "--requests",
        "10",
        "--max-delay-ms",
        "50",
        "--seed",
        "7",
        "--json",
    ];
    assert_eq!(
        figures(&arguments)["checksum"],
        figures(&arguments)["checksum"]
    );
}

#[test]
fn nobody_listening_is_counted_as_failed_requests() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let output = program(&["--requests", "5", "--server", &address, "--json"]);
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}
