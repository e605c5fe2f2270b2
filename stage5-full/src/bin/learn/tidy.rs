//! What a check has said, without what its harness says around it.

/// The part of a test's output that its author or the check has written.
pub(crate) fn tidy(output: &str, test: &str) -> String {
    let body = output.split("\nfailures:\n").next().unwrap_or_default();
    let mut lines = Vec::new();
    for line in body.lines() {
        let line = without_prompt(line, test);
        let noise = line.starts_with("running 1 test")
            || line.starts_with("note: run with `RUST_BACKTRACE")
            || line == "FAILED"
            || line.starts_with("test result: ");
        if !noise {
            lines.push(panic_line(line));
        }
        // Of the seeds that failed, the first is enough.
        if line.starts_with("(seed ") {
            break;
        }
    }
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The harness begins a line with the test's name before it runs it.
fn without_prompt<'a>(line: &'a str, test: &str) -> &'a str {
    line.strip_prefix("test ")
        .and_then(|line| line.strip_prefix(test))
        .and_then(|line| line.strip_prefix(" ... "))
        .unwrap_or(line)
}

/// "thread 'x' (17) panicked at y" without the thread: it is the check's own.
fn panic_line(line: &str) -> String {
    match line.split_once(" panicked at ") {
        Some((thread, place)) if thread.starts_with("thread '") => format!("panicked at {place}"),
        _ => line.to_owned(),
    }
}

#[test]
fn what_the_harness_says_is_left_out() {
    let output = "
running 1 test
test check::a ... 
thread 'check::a' (123) panicked at src/x.rs:1:2:
it was polled twice
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

What happened:
  task 1 was polled

(seed 3; LEARN_SEEDS=3 runs this one alone)

thread 'check::a' (124) panicked at src/x.rs:1:2:
test check::a ... FAILED

failures:

failures:
    check::a

test result: FAILED. 0 passed; 1 failed
";
    let expected = "panicked at src/x.rs:1:2:\nit was polled twice\n\nWhat happened:\n  task 1 was polled\n\n(seed 3; LEARN_SEEDS=3 runs this one alone)";
    assert_eq!(tidy(output, "check::a"), expected);
}
