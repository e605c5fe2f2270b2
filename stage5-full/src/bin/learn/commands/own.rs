//! The tests that a learner has written in exercise.rs, beside the checks. They are run and shown, and count for nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anstream::println;

use super::attempt::{ROOM, limit};
use crate::checking::{FOR_EVER, MEMORY, OUTPUT};
use crate::course::Exercise;
use crate::files;
use crate::process::{self, Ended, Limits};
use crate::show::{bad, good, indented};
use crate::tidy::clipped;

/// Runs the learner's own tests, if there are any, and prints what came of them.
pub(super) async fn run(exercise: &Exercise, program: &Path) -> Result<(), String> {
    if !files::read(&exercise.file())?.contains("#[test]") {
        return Ok(());
    }
    let mut command = Command::new(program);
    command.args(["--skip", "check::"]);
    let time = match limit(exercise)? {
        Duration::ZERO => FOR_EVER,
        limit => limit,
    };
    let limits = Limits {
        time,
        memory: Some(MEMORY),
        output: OUTPUT,
    };
    show(&process::run(command, limits).await?);
    Ok(())
}

fn show(ended: &Ended) {
    let what = match ended.status {
        _ if ended.output.starts_with("\nrunning 0 tests\n") => return,
        Some(status) if status.success() => {
            println!("  {}  your own tests, which do not count", good("passes "));
            return;
        }
        Some(_) => "fails  ",
        None => "hangs  ",
    };
    println!("  {}  your own tests, which do not count\n", bad(what));
    println!("{}", indented(&clipped(failures(&ended.output)), ROOM));
}

/// Of what the harness prints, what the tests that failed have said; all of it if there is no such part.
fn failures(output: &str) -> &str {
    let mut parts = output.split("\nfailures:\n");
    let all = parts.next().unwrap_or_default();
    parts.next().unwrap_or(all).trim_matches('\n')
}

#[test]
fn only_what_the_tests_have_said_is_shown() {
    let output = "\nrunning 1 test\ntest mine ... FAILED\n\nfailures:\n\n---- mine stdout ----\n1 is not 2\n\n\nfailures:\n    mine\n\ntest result: FAILED.\n";
    assert_eq!(failures(output), "---- mine stdout ----\n1 is not 2");
    assert_eq!(failures("running 1 test\n"), "running 1 test");
}
