//! Ctrl-c, in a child process: this very program, told by a variable to be the child.
#![cfg(all(unix, feature = "signal"))]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use stage5_full::runtime::Builder;
use stage5_full::signal::ctrl_c;

const CHILD: &str = "STAGES_TEST_CTRL_C_CHILD";

/// What the child does: waits for ctrl-c in a task and in `block_on`, and says before and after.
fn child() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let here = ctrl_c();
        let in_task = stage5_full::spawn(ctrl_c());
        println!("\nlistening");
        here.await.unwrap();
        in_task.await.unwrap().unwrap();
        println!("interrupted");
    });
}

#[test]
fn ctrl_c_wakes_all_who_wait_for_it_and_does_not_end_the_process() {
    if std::env::var_os(CHILD).is_some() {
        return child();
    }
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("ctrl_c_wakes_all_who_wait_for_it_and_does_not_end_the_process")
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut expect = |wanted: &str| {
        let found = lines.by_ref().any(|line| line.unwrap().ends_with(wanted));
        assert!(found, "the child did not say {wanted:?}");
    };
    expect("listening");
    // SAFETY: `kill` takes two numbers; the process is our child and has not been waited for.
    let sent = unsafe { libc::kill(process.id() as libc::pid_t, libc::SIGINT) };
    assert_eq!(sent, 0);
    expect("interrupted");
    assert!(process.wait().unwrap().success());
}
