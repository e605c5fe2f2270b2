//! What a learner sees.

use crate::fixture::{Fixture, answer, starter};

#[test]
fn an_attempt_fails_then_passes_and_progress_is_kept() {
    let fixture = Fixture::new("attempt", &["e1_add", "e2_add"]);
    let starter = fixture.learn(&["check", "1.1"]);
    starter.expect(
        1,
        &[
            "fails    sums_are_right",
            "not yet implemented: add `b` to `a`",
            "2 of 2 checks fail",
        ],
    );
    fixture.write_in("e1_add", "exercise.rs", &answer("a ^ b"));
    fixture.learn(&["check", "1.1"]).expect(
        1,
        &[
            "fails    sums_are_right",
            "waits    it_saturates",
            "1 of 2 checks fail. What waits cannot tell",
        ],
    );
    fixture.write_in("e1_add", "exercise.rs", &answer("a + b"));
    let overflow = fixture.learn(&["check", "1.1"]);
    overflow.expect(
        1,
        &[
            "passes   sums_are_right",
            "fails    it_saturates",
            "attempt to add with overflow",
            "1 of 2 checks fail",
        ],
    );
    fixture
        .learn(&[])
        .expect(0, &["1 check so far", "0 of 20 points", "Next: 1.1"]);
    fixture.write_in("e1_add", "exercise.rs", &answer("a.saturating_add(b)"));
    fixture
        .learn(&["check"])
        .expect(0, &["All 2 checks pass.", "Next: 1.2"]);
    fixture
        .learn(&[])
        .expect(0, &["done", "10 of 20 points", "Next: 1.2"]);
    assert!(fixture.read(".learn-progress").contains("1.1    done"));
}

#[test]
fn the_next_is_the_one_behind_and_those_left_out_come_at_the_end() {
    let fixture = Fixture::new("next", &["e1_add", "e2_add", "e3_add"]);
    let solved = |folder: &str, id: &str, parts: &[&str]| {
        fixture.write_in(folder, "exercise.rs", &answer("a.saturating_add(b)"));
        fixture
            .learn(&["check", id])
            .expect(0, &["All 2 checks pass."])
            .expect(0, parts);
    };
    let both = ["Next: 1.3", "Left out in this stage so far: 1.1."];
    solved("e2_add", "1.2", &both);
    solved("e3_add", "1.3", &["Next: 1.1"]);
    solved("e1_add", "1.1", &["every exercise is done"]);
}

#[test]
fn a_hang_is_cut_off_and_explained() {
    let fixture = Fixture::new("hang", &["e1_add"]);
    let hangs = "std::hint::black_box((a, b)); loop { std::thread::park() }";
    fixture.write_in("e1_add", "exercise.rs", &answer(hangs));
    let said = fixture.learn(&["check"]);
    said.expect(
        1,
        &[
            "hangs    sums_are_right",
            "did not end within 2s",
            "does not return",
        ],
    );
}

#[test]
fn what_does_not_compile_is_shown_as_cargo_shows_it() {
    let fixture = Fixture::new("compile", &["e1_add"]);
    fixture.write_in("e1_add", "exercise.rs", &answer("a.plus(b)"));
    let said = fixture.learn(&["check", "1.1"]);
    let said = said.expect(1, &["does not compile yet"]);
    assert!(
        said.err.contains("error[E0599]: no method named `plus`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("exercise.rs:2:7"), "{}", said.err);
}

#[test]
fn an_abort_a_lost_check_and_endless_output_are_explained() {
    let fixture = Fixture::new("odd", &["e1_add"]);
    fixture.write_in(
        "e1_add",
        "exercise.rs",
        &answer("std::process::exit((a + b) as i32 % 2)"),
    );
    fixture.learn(&["check"]).expect(
        1,
        &[
            "dies     sums_are_right",
            "ended the process with exit code 1",
        ],
    );
    fixture.write_in("e1_add", "exercise.rs", "//! Nothing is left here.\n");
    fixture
        .learn(&["check"])
        .expect(1, &["missing  sums_are_right", "mod check;"]);
    fixture.write_in(
        "e1_add",
        "exercise.rs",
        &answer("loop { println!(\"{a} and {b}\"); }"),
    );
    let said = fixture
        .learn(&["check"])
        .expect(1, &["hangs    sums_are_right"]);
    assert!(said.out.len() < 50_000, "{} bytes", said.out.len());
}

#[test]
fn a_learners_own_tests_are_shown_and_count_for_nothing() {
    let fixture = Fixture::new("own", &["e1_add"]);
    let with = |test: &str| {
        let own = format!("#[test]\nfn mine() {{\n    {test}\n}}\n\n");
        let text = answer("a.saturating_add(b)");
        own + &text
    };
    let right = with("assert_eq!(add(2, 3), 5);");
    fixture.write_in("e1_add", "exercise.rs", &right);
    fixture
        .learn(&["check"])
        .expect(0, &["passes   your own tests", "All 2 checks pass."]);
    let wrong = with("assert_eq!(add(2, 3), 6, \"so I thought\");");
    fixture.write_in("e1_add", "exercise.rs", &wrong);
    let said = fixture.learn(&["check", "1.1"]);
    let parts = ["fails    your own tests", "so I thought", "All 2 checks"];
    said.expect(0, &parts);
}

#[test]
fn hints_come_one_at_a_time() {
    let fixture = Fixture::new("hints", &["e1_add"]);
    let first = fixture
        .learn(&["hint", "1.1"])
        .expect(0, &["Hint 1 of 2: first"]);
    assert!(!first.out.contains("second"));
    fixture
        .learn(&["hint"])
        .expect(0, &["Hint 1 of 2: first", "Hint 2 of 2: second"]);
    fixture.learn(&["hint"]).expect(0, &["These are all hints"]);
}

#[test]
fn a_reset_keeps_what_was_written() {
    let fixture = Fixture::new("reset", &["e1_add"]);
    fixture
        .learn(&["reset", "1.1"])
        .expect(0, &["is the starter already"]);
    // As an editor of Windows may save it.
    let other_line_ends = starter().replace('\n', "\r\n");
    fixture.write_in("e1_add", "exercise.rs", &other_line_ends);
    fixture
        .learn(&["reset", "1.1"])
        .expect(0, &["is the starter already"]);
    for (number, text) in [(1, answer("a + b")), (2, answer("a - b"))] {
        fixture.write_in("e1_add", "exercise.rs", &text);
        fixture
            .learn(&["reset", "e1_add"])
            .expect(0, &["is the starter again"]);
        let backup = format!("exercise.before-reset-{number}.rs");
        let file = |name| fixture.read(&fixture.path_in("e1_add", name));
        assert_eq!(file(&backup), text);
        assert_eq!(file("exercise.rs"), starter());
    }
}

#[test]
fn the_solution_is_for_those_who_pass_or_ask_twice() {
    let fixture = Fixture::new("solution", &["e1_add"]);
    let first = fixture
        .learn(&["solution", "1.1"])
        .expect(1, &["have not passed yet", "Ask again"]);
    assert!(!first.out.contains("saturating_add"));
    let second = fixture
        .learn(&["solution", "1.1"])
        .expect(0, &["a.saturating_add(b)", "wrong_wraps.rs"]);
    assert!(!second.out.contains("// starter"), "{}", second.out);
    let passes = Fixture::new("solution-passes", &["e1_add"]);
    passes.write_in("e1_add", "exercise.rs", &answer("a.saturating_add(b)"));
    passes.learn(&["check"]).expect(0, &[]);
    passes
        .learn(&["solution", "1.1"])
        .expect(0, &["a.saturating_add(b)"]);
}

#[test]
fn it_works_in_any_folder_of_the_workspace() {
    let fixture = Fixture::new("folder", &["e1_add"]);
    let folder = fixture.root.join(fixture.path("exercises/e1_add"));
    let output = fixture
        .command(&["hint", "1.1"])
        .current_dir(folder)
        .output();
    let text = output.expect("cargo learn starts").stdout;
    assert!(String::from_utf8_lossy(&text).contains("Hint 1 of 2"));
    assert!(fixture.root.join(".learn-progress").exists());
}

#[test]
fn mistakes_are_named() {
    let fixture = Fixture::new("mistakes", &["e1_add"]);
    fixture
        .learn(&["check", "1.11"])
        .expect(2, &["there is no exercise \"1.11\"", "1.1   Add (e1_add)"]);
    fixture.learn(&["chekc"]).expect(2, &["check"]);
    let course = &fixture.path("exercises/course.toml");
    fixture.write(
        course,
        &fixture
            .read(course)
            .replace("minutes = 5", "minutes = soon"),
    );
    fixture.learn(&[]).expect(2, &["course.toml:6: "]);
}
