//! Ctrl-c, in a child process: this very program, told by a variable to be the child.
#![cfg(all(any(unix, windows), feature = "signal"))]

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use stage5_full::runtime::Builder;
use stage5_full::signal::ctrl_c;

const CHILD: &str = "STAGES_TEST_CTRL_C_CHILD";

/// What the child does: waits for ctrl-c in a task and in `block_on`, and says before and after. In between it is told to
/// send itself what ctrl-c sends.
fn child() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let here = ctrl_c();
        let in_task = stage5_full::spawn(ctrl_c());
        println!("\nlistening");
        io::stdin().lines().next().unwrap().unwrap();
        interrupt_this_process().unwrap();
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
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "--nocapture"])
        .arg("ctrl_c_wakes_all_who_wait_for_it_and_does_not_end_the_process")
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = start_apart(&mut command).unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut expect = |wanted: &str| {
        let found = lines.by_ref().any(|line| line.unwrap().ends_with(wanted));
        assert!(found, "the child did not say {wanted:?}");
    };
    expect("listening");
    writeln!(process.stdin.take().unwrap(), "interrupt").unwrap();
    expect("interrupted");
    assert!(process.wait().unwrap().success());
}

#[cfg(unix)]
fn start_apart(command: &mut Command) -> io::Result<Child> {
    command.spawn()
}

#[cfg(unix)]
fn interrupt_this_process() -> io::Result<()> {
    // SAFETY: both take and return numbers. A handler is installed, so the signal does not end us.
    match unsafe { libc::kill(libc::getpid(), libc::SIGINT) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// On a console of its own: ctrl-c goes to everybody on a console, and it is not for us.
#[cfg(windows)]
fn start_apart(command: &mut Command) -> io::Result<Child> {
    use std::os::windows::process::CommandExt;
    use windows_sys::Win32::System::Threading::CREATE_NEW_CONSOLE;

    command.creation_flags(CREATE_NEW_CONSOLE).spawn()
}

#[cfg(windows)]
fn interrupt_this_process() -> io::Result<()> {
    use windows_sys::Win32::System::Console::{CTRL_C_EVENT, GenerateConsoleCtrlEvent};

    const EVERYBODY_ON_THIS_CONSOLE: u32 = 0;
    // SAFETY: it takes two numbers. A handler is installed, so the event does not end us.
    match unsafe { GenerateConsoleCtrlEvent(CTRL_C_EVENT, EVERYBODY_ON_THIS_CONSOLE) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
