//! An HTTP server, in HTTP/1.1 and HTTP/2: it greets, and gives back what it is sent.
//!
//! `cargo run -p stage5-full --example http_server -- --address 127.0.0.1:8080`, and then, elsewhere,
//! `curl http://127.0.0.1:8080/` or `curl --http2-prior-knowledge --data tea http://127.0.0.1:8080/echo`.
//! Ctrl-c ends it when the responses in flight are done.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};

pub(crate) mod http;

use http::{Body, Error, full, server, text};

/// Greets, and gives back what it is sent, in HTTP/1.1 and HTTP/2.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    address: SocketAddr,
}

/// The routes.
pub(crate) async fn answer(request: Request<Incoming>) -> Response<Body> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => Response::new(full("Hello, world!\n")),
        // It streams: what has come is on its way back before the rest is there.
        (&Method::POST, "/echo") => {
            let body = request.into_body().map_err(Error::from);
            Response::new(body.boxed_unsync())
        }
        (_, "/" | "/echo") => text(StatusCode::METHOD_NOT_ALLOWED, "not with this method\n"),
        (_, path) => text(StatusCode::NOT_FOUND, format!("nothing is at {path}\n")),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    http::run(async {
        let listener = server::listen(arguments.address).await?;
        Ok(server::serve(listener, server::ctrl_c(), answer).await?)
    })
}
