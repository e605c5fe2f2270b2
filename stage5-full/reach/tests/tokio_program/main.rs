//! A program for tokio moves over by changing its `use` lines.
//!
//! The program stands once, in `program.rs`, and is compiled twice: below tokio's `use` lines, and below ours. Each runs
//! as a child process, is talked to, and interrupted.
#![cfg(unix)]

mod on_tokio {
    use futures::future::{Either, select};
    use std::{io, time::Duration};
    // region: tokio
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::runtime::Builder;
    use tokio::signal;
    use tokio::sync::{mpsc, oneshot};
    use tokio::task::{self, JoinSet};
    use tokio::time::{Instant, timeout, timeout_at};
    // endregion: tokio

    include!("program.rs");
}

// What reads and writes is a method of the stream itself here, and takes `&self`.
#[allow(unused_mut)]
mod on_stage5 {
    use futures::future::{Either, select};
    // region: stage5
    use stage5_full::net::{TcpListener, TcpStream};
    use stage5_full::runtime::Builder;
    use stage5_full::signal;
    use stage5_full::sync::{mpsc, oneshot};
    use stage5_full::task::{self, JoinSet};
    use stage5_full::time::{Instant, timeout, timeout_at};
    // endregion: stage5
    use std::{io, time::Duration};

    include!("program.rs");
}

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};

const CHILD: &str = "STAGES_TEST_TOKIO_PROGRAM_CHILD";

#[test]
fn a_tokio_program_does_the_same_after_its_use_lines_were_changed() {
    match std::env::var(CHILD).as_deref() {
        Ok("tokio") => on_tokio::main().unwrap(),
        Ok(_) => on_stage5::main().unwrap(),
        Err(_) => {
            let said = talk_to("stage5");
            assert_eq!(said, "8 bytes, 1 cut off");
            assert_eq!(said, talk_to("tokio"));
        }
    }
}

/// Starts the program, has one connection end and another one stay, interrupts it; returns its last words.
fn talk_to(runtime: &str) -> String {
    let mut child = start(runtime);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut says = |what: &str| {
        let mut lines = lines.by_ref().map(|line| line.expect("text"));
        let line = lines.find(|line| line.contains(what));
        line.unwrap_or_else(|| panic!("on {runtime} the program did not say {what:?}"))
    };
    let listening = says("listening at ");
    let address = listening.rsplit(' ').next().unwrap();
    assert_eq!(echoed(address, b"ended").1, b"ended");
    let (_stays, echo) = echoed(address, b"cut");
    assert_eq!(echo, b"cut");
    // SAFETY: `kill` takes two numbers; the process is our child and has not been waited for.
    let sent = unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGINT) };
    assert_eq!(sent, 0);
    let said = says("cut off");
    assert!(child.wait().unwrap().success());
    said
}

fn start(runtime: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("a_tokio_program_does_the_same_after_its_use_lines_were_changed")
        .env(CHILD, runtime)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Sends `text` and reads its echo; the text `ended` ends the connection, any other leaves it open.
fn echoed(address: &str, text: &[u8]) -> (TcpStream, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text).unwrap();
    let mut echo = vec![0; text.len()];
    stream.read_exact(&mut echo).unwrap();
    if text == b"ended" {
        stream.shutdown(Shutdown::Write).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
    (stream, echo)
}
