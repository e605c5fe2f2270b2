//! What an instructor gets.

use serde_json::Value;

use crate::fixture::{Fixture, answer, starter};

/// What each learner of a class has handed in, the outcome, and a part of the reason.
fn class() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let inline = answer("a - b").replace(
        "mod check;",
        "mod check { #[test] fn sums_are_right() {} #[test] fn it_saturates() {} }",
    );
    vec![
        ("good", answer("a.saturating_add(b)"), "passed", ""),
        (
            "bad",
            answer("a.wrapping_add(b)"),
            "failed",
            "it_saturates fails: there is nothing above",
        ),
        ("waits", answer("a ^ b"), "failed", "sums_are_right fails"),
        (
            "hangs",
            answer("loop { std::thread::park_timeout(std::time::Duration::from_nanos(a ^ b)) }"),
            "failed",
            "sums_are_right hangs",
        ),
        (
            "prints",
            answer("loop { println!(\"{a} {b}\") }"),
            "failed",
            "sums_are_right hangs",
        ),
        (
            "aborts",
            answer("std::process::abort(); #[expect(unreachable_code)] { a + b }"),
            "failed",
            "sums_are_right dies",
        ),
        (
            "syntax",
            answer("a +"),
            "does_not_compile",
            "error: expected expression",
        ),
        (
            "no-check",
            answer("a.saturating_add(b)").replace("mod check;", "mod other {}"),
            "failed",
            "`mod check;` was removed or changed",
        ),
        ("own-check", inline, "failed", "before the check was over"),
        (
            "starter",
            starter().replace('\n', "\r\n"),
            "not_begun",
            "it is the starter",
        ),
    ]
}

fn hand_in(fixture: &Fixture, name: &str, file: &str, text: &str) {
    fixture.write(
        &format!("class/{name}/{}", fixture.path_in("e1_add", file)),
        text,
    );
}

#[test]
fn every_submission_gets_a_grade_and_a_reason() {
    let fixture = Fixture::new("grade", &["e1_add"]);
    let mut arguments = vec!["grade", "--json", "--time-limit", "1"];
    for (name, text, ..) in class() {
        hand_in(&fixture, name, "exercise.rs", &text);
        // An edited check is not looked at.
        hand_in(&fixture, name, "check.rs", "");
    }
    let folders: Vec<_> = class()
        .iter()
        .map(|(name, ..)| format!("class/{name}"))
        .collect();
    arguments.extend(folders.iter().map(String::as_str));
    arguments.push("class/nobody");
    let said = fixture.learn(&arguments).expect(0, &[]);
    let grades: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out));
    for (index, (name, _, outcome, reason)) in class().into_iter().enumerate() {
        let (grade, exercise) = (&grades[index], &grades[index]["exercises"][0]);
        assert_eq!(grade["name"], name);
        assert_eq!(exercise["outcome"], outcome, "{exercise}");
        assert!(
            exercise["reason"]
                .as_str()
                .is_some_and(|text| text.contains(reason)),
            "{exercise}"
        );
        let points = if outcome == "passed" { 10 } else { 0 };
        assert_eq!(grade["points"], points, "{grade}");
    }
    let verdict =
        |learner: usize, check: usize| &grades[learner]["exercises"][0]["checks"][check]["verdict"];
    assert_eq!(verdict(1, 0), "passes");
    assert_eq!(verdict(2, 1), "waits");
    let nobody = &grades[class().len()]["exercises"][0];
    assert_eq!(nobody["outcome"], "missing");
    assert_eq!(
        fixture.read(&fixture.path_in("e1_add", "exercise.rs")),
        starter(),
        "the grader's own files stay"
    );
    tables(&fixture);
}

/// The other forms, with what is built already.
fn tables(fixture: &Fixture) {
    for name in ["good", "bad"] {
        let file = fixture.path_in("e1_add", "exercise.rs");
        let text = fixture.read(&format!("class/{name}/{file}"));
        fixture.write(&format!("few/{name}/{file}"), &text);
    }
    // No shell is there to say which folders that are.
    let csv = fixture.learn(&["grade", "--csv", "few/*"]).expect(0, &[]);
    let mut lines = csv.out.lines();
    assert_eq!(lines.next(), Some("name,points,of,1.1,reasons"));
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("bad,0,10,0,1.1: it_saturates fails")),
        "{}",
        csv.out
    );
    assert_eq!(lines.next(), Some("good,10,10,10,"));
    let markdown = fixture.learn(&["grade", "--markdown", "class/good"]);
    markdown.expect(
        0,
        &[
            "| name | points | 1.1 |",
            "| good | 10 of 10 | 10 |",
            "- 1.1 Add: passed",
        ],
    );
    let text = fixture.learn(&["grade", "class/bad"]);
    text.expect(
        0,
        &[
            "bad: 0 of 10 points",
            "0 of 10   failed: it_saturates fails",
        ],
    );
}
