//! What the HTTP examples share: [`server`] answers requests until it is told to stop, [`client`] sends them.
#![allow(dead_code, reason = "no example uses all of it")]

pub(crate) mod client;
pub(crate) mod server;

use std::process::ExitCode;

use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use stage5_full::Runtime;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// Any body: a text, a file, what another server sends.
pub(crate) type Body = UnsyncBoxBody<Bytes, Error>;

/// A body that is here already.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    let body = Full::new(bytes.into());
    body.map_err(|never| match never {}).boxed_unsync()
}

/// A response that says something to people.
pub(crate) fn text(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header("content-type", "text/plain; charset=utf-8")
        .body(full(text.into()));
    response.expect("a status and a constant header make a response")
}

/// Runs a program on a runtime of its own. What goes wrong is said on stderr.
pub(crate) fn run(program: impl Future<Output = Result<(), Error>>) -> ExitCode {
    let done = match Runtime::new() {
        Ok(runtime) => runtime.block_on(program),
        Err(error) => Err(format!("cannot start a runtime: {error}").into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
