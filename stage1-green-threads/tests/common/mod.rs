//! A test whose subject ends the process runs that part of itself in a child.

use std::env;
use std::process::{Command, Output};

/// Runs the test `name` of this binary once more, in a process of its own, and returns how that ended;
/// or `None`: this is that process.
#[allow(dead_code, reason = "not every test binary needs it")]
pub(crate) fn in_a_child(name: &str) -> Option<Output> {
    const MARK: &str = "STAGE1_TEST_CHILD";
    if env::var_os(MARK).is_some() {
        return None;
    }
    let binary = env::current_exe().expect("a test knows its binary");
    let mut command = match runner() {
        Some(runner) => {
            let mut words = runner.split_whitespace().map(str::to_owned);
            let mut command = Command::new(words.next().expect("a runner has a name"));
            command.args(words).arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    command.env(MARK, "1").env("RUST_BACKTRACE", "0");
    Some(command.output().expect("a test can start itself"))
}

/// With what cargo runs binaries of this kind, if they cannot run by themselves.
#[allow(dead_code, reason = "not every test binary needs it")]
pub(crate) fn runner() -> Option<String> {
    if cfg!(all(target_arch = "aarch64", target_os = "linux")) {
        return env::var("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER").ok();
    }
    None
}

/// Whether a sanitizer is at work: it has its own way to walk a stack, its own report of an overflow, and
/// takes more addresses than a limit for a test allows.
#[allow(dead_code, reason = "not every test binary needs it")]
pub(crate) fn sanitized() -> bool {
    env::var("RUSTFLAGS").is_ok_and(|flags| flags.contains("-Zsanitizer"))
}

/// What a process has written to stderr.
#[allow(dead_code, reason = "not every test binary needs it")]
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
