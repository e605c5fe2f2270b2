//! The client: stdin to the server, and the server to stdout.

use std::io;
use std::pin::pin;
use std::thread;

use futures::future::{Either, select};
use stage5_full::net::{TcpStream, tcp};
use stage5_full::signal;
use stage5_full::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use stage5_full::task;

use super::in_words;

pub(crate) async fn join(address: &str, name: &str) -> io::Result<()> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| in_words("cannot connect to", address, error))?;
    let (read, write) = stream.into_split();
    write.write_all(format!("{name}\n").as_bytes()).await?;
    // When stdin ends, the write half is dropped; so the server sees the end, and ends the connection.
    let _sending = task::spawn(send(stdin(), write));
    match select(pin!(print(read)), pin!(signal::ctrl_c())).await {
        Either::Left((printed, _)) => printed,
        Either::Right((interrupted, _)) => interrupted,
    }
}

/// The lines of stdin. A thread reads them that nobody waits for: a read of stdin cannot be ended.
fn stdin() -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if sender.send(line + "\n").is_err() {
                return;
            }
        }
    });
    lines
}

async fn send(mut lines: UnboundedReceiver<String>, write: tcp::OwnedWriteHalf) -> io::Result<()> {
    while let Some(line) = lines.recv().await {
        write.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

/// Prints what comes, as it comes.
async fn print(read: tcp::OwnedReadHalf) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match read.read(&mut buffer).await? {
            0 => return Ok(()),
            count => io::Write::write_all(&mut io::stdout(), &buffer[..count])?,
        }
    }
}
