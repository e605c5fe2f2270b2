//! A run: its flags, what it prints, how many files it may open.

use std::process::Command;

use serde_json::Value;

use super::{program, text};

#[test]
fn a_run_ends_with_the_ledger_and_the_timeline_of_each_stage() {
    let output = program(&["--requests", "5", "--seed", "7"]);
    let printed = text(&output.stdout);
    assert!(output.status.success());
    for part in [
        "stage 0 ·",
        "stage 1 ·",
        "seed 7",
        "saves",
        "wastes",
        "timeline",
        "request 4",
    ] {
        assert!(printed.contains(part), "{part} is missing:\n{printed}");
    }
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn json_is_one_list_with_every_field_and_nothing_else() {
    let output = program(&["--requests", "5", "--seed", "7", "--json"]);
    let ledgers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ledgers.as_array().unwrap().len(), 2);
    for (number, ledger) in ledgers.as_array().unwrap().iter().enumerate() {
        assert_eq!(ledger["stage"], number);
        assert_eq!(ledger["requests"], 5);
        assert_eq!(ledger["failed"], 0);
        assert_eq!(ledger["seed"], 7);
        assert!(ledger["checksum"].is_string());
        for field in [
            "wall_ms",
            "cpu_ms",
            "fetch_wall_ms",
            "fetch_cpu_ms",
            "hash_wall_ms",
            "hash_cpu_ms",
            "resumes",
            "wakes",
            "os_waits",
            "stack_reserved_per_task",
            "heap_per_task",
            "bytes_per_task",
        ] {
            assert!(ledger[field].is_number(), "{field}: {}", ledger[field]);
        }
        for field in ["os_threads", "stack_touched_per_task"] {
            assert!(ledger.get(field).is_some(), "{field}");
        }
    }
    assert_eq!(ledgers[0]["checksum"], ledgers[1]["checksum"]);
}

#[test]
fn no_timeline_leaves_the_timeline_out() {
    let output = program(&["--requests", "5", "--no-timeline"]);
    assert!(!text(&output.stdout).contains("timeline"));
}

#[test]
fn colours_are_only_for_terminals() {
    for variable in ["NO_COLOR", "UNRELATED"] {
        let output = Command::new(env!("CARGO_BIN_EXE_stage1-green-threads"))
            .args(["--requests", "2", "--max-delay-ms", "4", "--work", "1"])
            .env(variable, "1")
            .output()
            .unwrap();
        assert!(!output.stdout.contains(&0x1b), "{variable}");
    }
}

#[test]
fn no_color_wins_even_where_colours_are_forced() {
    let run = |variables: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stage1-green-threads"));
        command.args(["--requests", "2", "--max-delay-ms", "4", "--work", "1"]);
        command.envs(variables.iter().map(|variable| (variable, "1")));
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(run(&["CLICOLOR_FORCE"]));
    assert!(!run(&["CLICOLOR_FORCE", "NO_COLOR"]));
}

#[test]
fn flags_that_make_no_sense_give_one_line_and_exit_with_2() {
    let senseless: [&[&str]; 9] = [
        &["--requests", "0"],
        &["--requests", "many"],
        &["--max-delay-ms", "-1"],
        &["--timeout-ms", "0"],
        &["--trace", "picture.png"],
        &["--server", "nowhere"],
        &["--workers", "2"],
        &["--compare"],
        &["--no-such-flag"],
    ];
    for flags in senseless {
        let output = Command::new(env!("CARGO_BIN_EXE_stage1-green-threads"))
            .args(flags)
            .output()
            .unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{flags:?}: {errors}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_shows_the_flags_and_succeeds() {
    let output = program(&["--help"]);
    assert!(output.status.success());
    let printed = text(&output.stdout);
    for flag in [
        "--requests",
        "--seed",
        "--max-delay-ms",
        "--work",
        "--json",
        "--trace",
        "--serve",
    ] {
        assert!(printed.contains(flag), "{flag}");
    }
}

#[cfg(unix)]
#[test]
fn a_limit_of_open_files_that_is_too_low_is_explained() {
    let exe = env!("CARGO_BIN_EXE_stage1-green-threads");
    let script = format!("ulimit -n 150; exec '{exe}' --requests 1000");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains("150") && errors.contains("ulimit"),
        "{errors}"
    );
}

#[cfg(unix)]
#[test]
fn a_soft_limit_of_open_files_is_raised() {
    let exe = env!("CARGO_BIN_EXE_stage1-green-threads");
    let script = format!("ulimit -S -n 40; exec '{exe}' --requests 60 --max-delay-ms 40 --work 1");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}
