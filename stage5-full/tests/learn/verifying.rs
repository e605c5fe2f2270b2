//! What CI finds.

use crate::fixture::{Fixture, SOLUTION, answer, wrong};

#[test]
fn a_course_that_holds_is_said_to() {
    let fixture = Fixture::new("holds", &["e1_add"]);
    let said = fixture
        .learn(&["verify"])
        .expect(0, &["1.1   Add", "holds"]);
    assert!(!said.out.contains("FAILS"), "{}", said.out);
}

#[test]
fn every_kind_of_mistake_is_found() {
    let folders = [
        "e1_passes",
        "e2_two",
        "e3_starter",
        "e4_text",
        "e5_solution",
        "e6_hangs",
        "e7_files",
    ];
    let fixture = Fixture::new("mistakes-of-authors", &folders);
    fixture.write_in(
        "e1_passes",
        "wrong_wraps.rs",
        &wrong("it_saturates", "a.saturating_add(b)"),
    );
    fixture.write_in(
        "e2_two",
        "wrong_wraps.rs",
        &wrong("it_saturates", "a.wrapping_mul(b)"),
    );
    let does_it = SOLUTION.replace("todo!(\"add `b` to `a`\")", "a.saturating_add(b)");
    fixture.write_in("e3_starter", "solution.rs", &does_it);
    fixture.write_in(
        "e3_starter",
        "exercise.rs",
        &format!(
            "//! Adds.\n#![allow(unused)]\n\n{}",
            answer("a.saturating_add(b)")
        ),
    );
    fixture.write_in("e4_text", "exercise.rs", &answer("todo!(\"{a} {b}\")"));
    fixture.write_in(
        "e5_solution",
        "solution.rs",
        &SOLUTION.replace(
            "a.saturating_add(b)",
            "if a == 7 { 0 } else { a.saturating_add(b) }",
        ),
    );
    fixture.write_in(
        "e6_hangs",
        "wrong_one_more.rs",
        &wrong(
            "it_saturates",
            "if b == 2 { loop { std::thread::park() } } a.wrapping_add(b)",
        ),
    );
    fixture.write_in("e7_files", "README.md", "");
    fixture.write_in(
        "e7_files",
        "solution.rs",
        &SOLUTION.replace(
            "a.saturating_add(b)",
            "if a == 1 { 3 } else { a.saturating_add(b) }",
        ),
    );
    fixture.write_in("e7_files", "wrong_third.rs", &answer("a + b"));
    let said = fixture.learn(&["verify"]).expect(
        1,
        &[
            "wrong_wraps is not caught: it passes it_saturates, which it names, under seed 1, 2,",
            "wrong_wraps fails sums_are_right under seed 1",
            "the starter passes",
            "e4_text/exercise.rs:1 differs from the starter",
            "solution fails sums_are_right under seed 7:",
            "wrong_one_more hangs sums_are_right under seed 1, 2",
            "it has no README.md with the task",
            "solution waits in it_saturates",
            "wrong_third.rs: its first line is not `//! Caught by: `",
            "there is no test e7_files::wrong_third::check::",
        ],
    );
    assert!(!said.out.contains("holds"), "{}", said.out);
}

#[test]
fn what_does_not_compile_or_warns_is_shown() {
    let fixture = Fixture::new("warns", &["e1_add"]);
    fixture.write_in(
        "e1_add",
        "wrong_wraps.rs",
        &wrong("it_saturates", "let c = 1; a.wrapping_add(b)"),
    );
    fixture
        .learn(&["verify"])
        .expect(1, &["compile with warnings", "unused variable: `c`"]);
    fixture.write_in("e1_add", "wrong_wraps.rs", &wrong("it_saturates", "c"));
    fixture
        .learn(&["verify", "1"])
        .expect(1, &["do not compile", "cannot find value `c`"]);
}

#[test]
fn targets_ids_and_unknown_folders_are_checked() {
    let fixture = Fixture::new("structure", &["e1_add"]);
    let manifest = &fixture.path("Cargo.toml");
    let text = fixture.read(manifest);
    let at = text.rfind("test = false").expect("the last target has it");
    fixture.write(manifest, &text[..at]);
    let course = &fixture.path("exercises/course.toml");
    fixture.write(
        course,
        &fixture
            .read(course)
            .replace("\"1.1\"", "\"1.7\"")
            .replace("points = 10", "points = 0"),
    );
    fixture.write_in("e9_stranger", "README.md", "?");
    fixture.learn(&["verify"]).expect(
        1,
        &[
            "Cargo.toml has no [[test]] with name = \"e1_add\"",
            "its id should be 1.1",
            "course.toml gives it no points",
            "e9_stranger is not in course.toml",
        ],
    );
}
