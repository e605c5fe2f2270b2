//! What a check has said, without what its harness says around it.

/// The part of a test's output that its author or the check has written.
pub(crate) fn tidy(output: &str, test: &str) -> String {
    let body = output.split("\nfailures:\n").next().unwrap_or_default();
    let mut lines = Vec::new();
    for line in body.lines() {
        let line = without_prompt(line, test);
        let noise = ["running 0 tests", "running 1 test"].contains(&line)
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

/// How long a line may be that is shown, and a message that stands in a line of its own.
const LONGEST: usize = 400;
/// Of many lines, those that are shown: at the beginning, and at the end, where the explanation is.
const FIRST: usize = 15;
const LAST: usize = 45;

/// `text` without its middle, if it is long.
pub(crate) fn clipped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clip).collect();
    let left_out = lines.len().saturating_sub(FIRST + LAST);
    if left_out == 0 {
        return lines.join("\n");
    }
    let first = lines[..FIRST].join("\n");
    let last = lines[lines.len() - LAST..].join("\n");
    format!("{first}\n… {left_out} lines left out …\n{last}")
}

fn clip(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line.to_owned(),
    }
}

/// What a text says that begins with what the check itself has printed, in a line: the message of its panic, or why it hangs.
pub(crate) fn message(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let found = lines.find(|line| line.starts_with("panicked at ") || line.starts_with(HANGS));
    let Some(found) = found else {
        return clip(text.lines().next().unwrap_or_default());
    };
    let next = lines.next().unwrap_or_default().trim();
    match found.starts_with(HANGS) {
        true => clip(next),
        false => clip(
            next.strip_prefix("assertion `left == right` failed: ")
                .unwrap_or(next),
        ),
    }
}

/// How the kit of the checks begins to say that one hangs.
const HANGS: &str = "The check did not end within ";

/// Whether `text` has the kit's explanation of a hang: what goes on printing may have pushed it out.
pub(crate) fn explains_hang(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(HANGS))
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
    assert_eq!(message(expected), "it was polled twice");
}

#[test]
fn a_message_is_a_line() {
    let hangs = "it prints\n\nThe check did not end within 1s, and was cut off.\nTask 1 loops.\n";
    assert_eq!(message(hangs), "Task 1 loops.");
    let compared = "panicked at x:1:2:\nassertion `left == right` failed: too many\n  left: 1";
    assert_eq!(message(compared), "too many");
    assert_eq!(message("fatal: it gives up"), "fatal: it gives up");
}

#[test]
fn long_texts_lose_their_middle() {
    let many: String = (0..1000).map(|number| format!("{number}\n")).collect();
    let short = clipped(&many);
    assert_eq!(short.lines().count(), FIRST + 1 + LAST);
    assert!(short.ends_with("999"));
    assert!(clipped(&"x".repeat(100_000)).len() < 1000);
}
