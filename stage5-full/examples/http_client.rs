//! An HTTP client: it sends one request and prints the response as it comes.
//!
//! `cargo run -p stage5-full --example http_client -- http://127.0.0.1:8080/`

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use http_body_util::BodyExt;
use hyper::{Method, Request, Uri, Version};

pub(crate) mod http;

use http::{Error, client, full};

/// Sends one request and prints the response: its head on stderr, its body on stdout.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server and what to ask of it: http://HOST[:PORT]/PATH
    url: Uri,
    /// Send this, with POST. Without it, the request is a GET.
    #[arg(long)]
    data: Option<String>,
    /// Speak HTTP/2, without asking whether the server can.
    #[arg(long)]
    http2: bool,
}

async fn request(arguments: Arguments) -> Result<(), Error> {
    let method = if arguments.data.is_some() {
        Method::POST
    } else {
        Method::GET
    };
    let version = if arguments.http2 {
        Version::HTTP_2
    } else {
        Version::HTTP_11
    };
    let request = Request::builder()
        .method(method)
        .uri(arguments.url)
        .version(version)
        .body(full(arguments.data.unwrap_or_default()))?;
    let response = client::send(request).await?;
    let status = response.status();
    eprintln!("{:?} {status}", response.version());
    for (name, value) in response.headers() {
        eprintln!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            std::io::stdout().write_all(&data)?;
        }
    }
    if status.is_success() {
        Ok(())
    } else {
        Err(format!("the server says {status}").into())
    }
}

fn main() -> ExitCode {
    http::run(request(Arguments::parse()))
}
