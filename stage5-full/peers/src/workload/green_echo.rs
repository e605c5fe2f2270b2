//! The echo server as a thread per connection, the threads being green, on one OS thread.

use crate::server::announce;
use std::io::{Read, Result, Write};

/// Writes what it reads, in blocking style.
fn echo(mut stream: impl Read + Write) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
}

/// Stage 1's green threads over stage 2's reactor.
pub fn serve_stage2(_workers: usize) -> Result<()> {
    stage2_reactor::run(|| -> Result<()> {
        let listener = stage2_reactor::net::TcpListener::bind(("127.0.0.1", 0))?;
        announce(listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept()?;
            drop(stage1_green_threads::spawn(move || echo(stream)));
        }
    })?
}

/// May's coroutines on one worker.
pub fn serve_may(_workers: usize) -> Result<()> {
    may::config().set_workers(1);
    let listener = may::net::TcpListener::bind(("127.0.0.1", 0))?;
    announce(listener.local_addr()?);
    let accept = may::go!(move || -> Result<()> {
        loop {
            let (stream, _) = listener.accept()?;
            may::go!(move || echo(stream));
        }
    });
    accept.join().expect("the coroutine does not panic")
}
