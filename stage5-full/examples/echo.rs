//! A server that sends back what it is sent, and a client for it.
//!
//! `cargo run -p stage5-full --example echo -- serve 127.0.0.1:7007`, and then, elsewhere,
//! `cargo run -p stage5-full --example echo -- send localhost:7007 "hello there"`. Ctrl-c ends the server.

use std::io;
use std::pin::pin;
use std::process::ExitCode;

use clap::Parser;
use futures::future::{Either, select};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::task::{self, JoinSet};
use stage5_full::{Runtime, signal};

/// Sends back what it is sent, or sends something and shows what comes back.
#[derive(Debug, Parser)]
enum Arguments {
    /// Serves until ctrl-c.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(default_value = "127.0.0.1:0")]
        address: String,
    },
    /// Sends a text to a server and prints what comes back.
    Send {
        /// Where the server listens, such as `localhost:7007`.
        address: String,
        /// What to send.
        text: String,
    },
}

async fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| in_words("cannot listen at", address, error))?;
    // From here on ctrl-c comes here, so that whoever knows the address can rely on it.
    let interrupted = pin!(signal::ctrl_c());
    println!("listening at {}", listener.local_addr()?);
    match select(interrupted, pin!(accept(listener))).await {
        Either::Left((interrupted, _)) => interrupted,
        Either::Right((broken, _)) => broken,
    }
}

/// A task for each connection. They are aborted when this is dropped, as the set is then.
async fn accept(listener: TcpListener) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = listener.accept().await?;
        connections.spawn(async move {
            if let Err(error) = echo(stream).await {
                eprintln!("{peer}: {error}");
            }
        });
        // Those that have ended in the meantime.
        while connections.try_join_next().is_some() {}
    }
}

async fn echo(stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            count => stream.write_all(&buffer[..count]).await?,
        }
    }
}

async fn send(address: &str, text: String) -> io::Result<()> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| in_words("cannot connect to", address, error))?;
    // Both at once: a long text would fill all buffers on the way before the first of it is read.
    let (from_server, to_server) = stream.into_split();
    let sent = task::spawn(async move { to_server.write_all(text.as_bytes()).await });
    let mut echo = Vec::new();
    from_server.read_to_end(&mut echo).await?;
    sent.await??;
    println!("{}", String::from_utf8_lossy(&echo));
    Ok(())
}

fn in_words(what: &str, address: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what} {address}: {error}"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Runtime::new().and_then(|runtime| {
        runtime.block_on(async {
            match arguments {
                Arguments::Serve { address } => serve(&address).await,
                Arguments::Send { address, text } => send(&address, text).await,
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
