//! The examples that a newcomer runs, as he runs them: each in a process of its own.
#![cfg(feature = "signal")]

mod chat;
mod echo;
mod port_scanner;
#[cfg(feature = "tracing")]
mod where_are_my_tasks;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The program of an example, which `cargo test` has built.
fn example(name: &str) -> Command {
    // The tests are in `target/…/deps`, the examples beside it.
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{path:?} is missing: build it with `cargo build --examples`"
    );
    Command::new(path)
}

fn run(name: &str, arguments: &[&str]) -> Output {
    example(name).args(arguments).output().unwrap()
}

/// What it printed on stdout, if it ended well.
fn printed(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it said on stderr, if it failed as it should.
fn complaint(output: Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// An example that serves until it is interrupted.
struct Server {
    process: Child,
    address: String,
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start(name: &str) -> Server {
        let mut process = example(name)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening at ").unwrap();
        Server {
            address: address.to_owned(),
            process,
            _stdout: stdout,
        }
    }

    /// As if by ctrl-c.
    #[cfg(unix)]
    fn interrupt(&self) {
        let process = self.process.id() as libc::pid_t;
        // SAFETY: `kill` takes two numbers; the process is our child and has not been waited for.
        assert_eq!(unsafe { libc::kill(process, libc::SIGINT) }, 0);
    }

    /// Whether it ends well, after it was interrupted.
    #[cfg(unix)]
    fn ends_well(&mut self) -> bool {
        self.process.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended, there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn every_example_explains_itself() {
    for (name, words) in [
        ("echo", ["serve", "send"]),
        ("chat", ["serve", "join"]),
        ("port_scanner", ["--ports", "loopback"]),
    ] {
        let help = printed(run(name, &["--help"]));
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
        let complaint = complaint(run(name, &["--senseless"]));
        assert!(complaint.contains("--senseless"), "{complaint}");
    }
}
