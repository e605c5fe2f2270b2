//! `cargo learn watch`: what is saved is checked again.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::fixture::{Fixture, answer};

/// A safety net; a build is part of what is waited for.
const LONG: Duration = Duration::from_secs(120);

struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(fixture: &Fixture, arguments: &[&str]) -> Self {
        let mut command = fixture.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo learn starts");
        let out = child.stdout.take().expect("its output is piped");
        Watching {
            child,
            lines: lines(out),
        }
    }

    /// Waits for a line with `part`.
    fn until(&self, part: &str) {
        loop {
            let line = self
                .lines
                .recv_timeout(LONG)
                .unwrap_or_else(|_| panic!("it never said {part:?}"));
            if line.contains(part) {
                return;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(out: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let read = BufReader::new(out).lines().map_while(Result::ok);
        read.take_while(|line| sender.send(line.clone()).is_ok())
            .count()
    });
    lines
}

#[test]
fn a_save_runs_the_checks_again_and_what_is_done_leads_on() {
    let fixture = Fixture::new("watch", &["e1_add", "e2_add"]);
    let watching = Watching::start(&fixture, &["watch"]);
    watching.until("2 of 2 checks fail");
    watching.until("exercises/e1_add/exercise.rs; ctrl-c");
    fixture.write_in("e1_add", "exercise.rs", &answer("a.wrapping_add(b)"));
    watching.until("passes   sums_are_right");
    watching.until("fails    it_saturates");
    watching.until("Watching");
    fixture.write_in("e1_add", "exercise.rs", &answer("a.saturating_add(b)"));
    watching.until("All 2 checks pass");
    watching.until("exercises/e2_add/exercise.rs; ctrl-c");
    // Whoever goes back is followed.
    fixture.write_in("e1_add", "exercise.rs", &answer("a ^ b"));
    watching.until("fails    sums_are_right");
    watching.until("exercises/e1_add/exercise.rs; ctrl-c");
}
