//! A chat: a server, and a client for the terminal (`nc` does as well).
//!
//! `cargo run -p stage5-full --example chat -- serve 127.0.0.1:7008`, and then, in several terminals,
//! `cargo run -p stage5-full --example chat -- join localhost:7008 ada`.
//!
//! The protocol is lines of text. The first line that a client sends is its name; each further one goes to everybody.

mod client;
mod room;
mod server;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use stage5_full::Runtime;

/// Serves a chat, or takes part in one.
#[derive(Debug, Parser)]
enum Arguments {
    /// Serves until ctrl-c.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(default_value = "127.0.0.1:0")]
        address: String,
    },
    /// Takes part: sends the lines of stdin, prints what the others say. Ends with stdin, or on ctrl-c.
    Join {
        /// Where the server listens, such as `localhost:7008`.
        address: String,
        /// The name to be known by.
        name: String,
    },
}

fn in_words(what: &str, address: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what} {address}: {error}"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Runtime::new().and_then(|runtime| {
        runtime.block_on(async {
            match arguments {
                Arguments::Serve { address } => server::serve(&address).await,
                Arguments::Join { address, name } => client::join(&address, &name).await,
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
