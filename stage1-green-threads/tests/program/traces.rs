//! What the program tells of its tasks: trace files and pages, and the dump of all tasks.

use serde_json::Value;

use super::{program, silent_server, text};

#[test]
fn a_trace_file_that_cannot_be_written_costs_no_run() {
    let output = program(&["--trace", "no/such/folder/trace.json"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(errors.contains("cannot write the trace file"), "{errors}");
    assert_eq!(errors.lines().count(), 1);
    assert!(output.stdout.is_empty());
}

#[test]
fn a_trace_file_holds_slices_and_arrows_that_begin_and_end() {
    let path = std::env::temp_dir().join(format!("kit-trace-{}.json", std::process::id()));
    let output = program(&["--requests", "5", "--trace", path.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let trace: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    std::fs::remove_file(&path).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let of = |phase: &str| {
        events
            .iter()
            .filter(move |event| event["ph"] == phase)
            .count()
    };
    assert!(of("X") > 20 && of("M") > 4);
    assert!(of("s") > 10);
    assert_eq!(of("s"), of("f"));
    let slices = events.iter().filter(|event| event["ph"] == "X");
    for slice in slices {
        assert!(slice["ts"].as_f64().unwrap() >= 0.0 && slice["dur"].as_f64().unwrap() >= 0.0);
    }
}

#[test]
fn a_trace_page_holds_the_runs_and_loads_nothing() {
    let path = std::env::temp_dir().join(format!("kit-trace-{}.html", std::process::id()));
    let output = program(&[
        "--requests",
        "5",
        "--seed",
        "7",
        "--trace",
        path.to_str().unwrap(),
    ]);
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(errors.contains("open it in a browser"), "{errors}");
    let page = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let (_, from) = page
        .split_once("<script id=\"runs\" type=\"application/json\">")
        .unwrap();
    let (json, _) = from.split_once("</script>").unwrap();
    let runs: Value = serde_json::from_str(json).unwrap();
    assert_eq!(runs[0]["title"], "Stage 0: OS threads");
    assert_eq!(runs[1]["about"], "5 requests, seed 7");
    let tasks = runs[1]["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 11, "main, five that fetch, five that hash");
    let spawned_in_this_stage = |task: &Value| {
        let place = task["place"].as_str().unwrap();
        place
            .replace('\\', "/")
            .contains("stage1-green-threads/src/")
    };
    assert!(tasks.iter().all(spawned_in_this_stage), "{tasks:?}");
    assert!(tasks.iter().all(|task| task["ended"][1] == "ok"));
}

#[test]
fn a_dump_shows_where_each_task_was_spawned_and_what_it_does() {
    // The server says nothing: when the dump comes, both tasks have asked it again and again.
    let server = silent_server().to_string();
    let flags = [
        "--requests",
        "2",
        "--timeout-ms",
        "600",
        "--dump-after",
        "200",
        "--server",
        &server,
    ];
    let output = program(&flags);
    let errors = text(&output.stderr);
    let lines: Vec<_> = errors
        .lines()
        .filter(|line| line.starts_with("  task "))
        .collect();
    // Two threads of stage 0; main and two green threads of stage 1.
    assert_eq!(lines.len(), 5, "{errors}");
    assert!(lines.iter().all(|line| line.contains(".rs:")), "{errors}");
    assert_eq!(
        lines.iter().filter(|line| line.contains(" fetch ")).count(),
        4,
        "{errors}"
    );
}
