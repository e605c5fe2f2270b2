//! The program as a child process: its flags, what it prints, and how it ends when it is given bad
//! input, a bad server, or a file that cannot be written.
#![cfg(feature = "program")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread;

use serde_json::Value;

/// Runs the program of this stage; a small run unless the flags say otherwise.
fn program(flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stage1-green-threads"))
        .args(["--max-delay-ms", "40", "--work", "1"])
        .args(flags)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server that does `serve` with each connection, until this process ends.
fn server(serve: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Reads until the end of a request's head.
fn read_request(stream: &mut TcpStream) {
    let mut received = Vec::new();
    let mut byte = [0];
    while !received.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        received.push(byte[0]);
    }
}

/// How long a request may take on the busiest of machines, in milliseconds.
const PATIENCE: &str = "60000";

/// Runs both stages against a bad server: all requests fail in each, with one line about it each.
fn all_fail_because(address: SocketAddr, timeout_ms: &str, reason: &str) {
    let server = address.to_string();
    let output = program(&[
        "--requests",
        "3",
        "--json",
        "--timeout-ms",
        timeout_ms,
        "--server",
        &server,
    ]);
    assert_eq!(output.status.code(), Some(1));
    let ledgers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ledgers[0]["failed"], 3);
    assert_eq!(ledgers[1]["failed"], 3);
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.lines().all(|line| line.contains(reason)), "{errors}");
}

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
    let silent = server(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let server = silent.to_string();
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

#[test]
fn a_refused_connection_is_a_failed_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    all_fail_because(address, PATIENCE, "cannot connect");
}

#[test]
fn garbage_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"\x00\xffI am no HTTP server\r\n\r\n");
    });
    all_fail_because(address, PATIENCE, "not HTTP");
}

#[test]
fn a_server_that_says_nothing_is_a_failed_request() {
    let address = server(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    all_fail_because(address, "300", "no reply in time");
}

#[test]
fn a_reply_cut_short_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this");
    });
    all_fail_because(address, PATIENCE, "cut short");
}

#[test]
fn another_text_is_a_failed_request() {
    let address = server(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea");
    });
    all_fail_because(address, PATIENCE, "not the text");
}

#[test]
fn a_connection_closed_with_unread_bytes_is_a_failed_request() {
    // Closing with bytes unread resets the connection; what the client sees depends on the time.
    let address = server(|mut stream| {
        let _ = stream.read(&mut [0; 4]);
    });
    all_fail_because(address, PATIENCE, "request");
}

#[test]
fn requests_that_fail_are_counted_while_the_rest_complete() {
    let good = stage1_green_threads::program::DelayServer::start().unwrap();
    let to = good.address();
    let turns = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let address = server(move |mut client| {
        // Every other connection is dropped; the rest go to a good server.
        let turn = turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if turn.is_multiple_of(2) {
            return;
        }
        let mut there = TcpStream::connect(to).unwrap();
        let mut request = vec![0; 4096];
        let length = client.read(&mut request).unwrap();
        there.write_all(&request[..length]).unwrap();
        let mut reply = Vec::new();
        there.read_to_end(&mut reply).unwrap();
        client.write_all(&reply).unwrap();
    });
    let output = program(&[
        "--requests",
        "10",
        "--json",
        "--server",
        &address.to_string(),
    ]);
    let ledgers: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&ledgers[0]["failed"], &ledgers[1]["failed"]),
        (&5.into(), &5.into())
    );
    assert_eq!(output.status.code(), Some(1));
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
