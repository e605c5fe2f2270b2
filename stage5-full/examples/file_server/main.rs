//! An HTTP file server: it serves a folder, and nothing outside of it.
//!
//! `cargo run -p stage5-full --example file_server -- . --address 127.0.0.1:8080`, and then, elsewhere,
//! `cargo run -p stage5-full --example download -- http://127.0.0.1:8080/Cargo.lock`.
//!
//! No reactor waits for files as for sockets (Linux's epoll refuses them), so all that touches the disk runs in `spawn_blocking`:
//!
//! ```text
//!     request path --locate--> a file inside the folder --range--> which bytes of it --body--> 256 KiB at a time
//! ```

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use hyper::{Method, Request, Response, StatusCode};
use stage5_full::task::spawn_blocking;

mod body;
#[path = "../http/mod.rs"]
pub(crate) mod http;
mod locate;
pub(crate) mod range;

use http::{Body, Error, full, server, text};
use locate::{Found, locate};
use range::{Part, part};

/// Serves the files of a folder.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder.
    folder: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    address: SocketAddr,
}

/// Answers a request for something in `folder`, whose path is canonical.
pub(crate) async fn answer(folder: Arc<PathBuf>, request: Request<Incoming>) -> Response<Body> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "files can only be read\n");
    }
    let path = request.uri().path().to_owned();
    let found = spawn_blocking(move || locate(&folder, &path)).await;
    let response = match found.map_err(Error::from).flatten() {
        Ok(Some(found)) => respond(found, &request),
        Ok(None) => Ok(text(StatusCode::NOT_FOUND, "there is no such file\n")),
        Err(error) => Err(error),
    };
    let response = response.unwrap_or_else(|error| {
        eprintln!("{}: {error}", request.uri());
        text(StatusCode::INTERNAL_SERVER_ERROR, "it cannot be read\n")
    });
    match request.method() {
        &Method::HEAD => response.map(|_| full("")),
        _ => response,
    }
}

fn respond(found: Found, request: &Request<Incoming>) -> Result<Response<Body>, Error> {
    let (file, length, media_type) = match found {
        Found::File(file, length, media_type) => (file, length, media_type),
        Found::Folder(names) => return Ok(text(StatusCode::OK, names)),
    };
    let wanted = request
        .headers()
        .get(RANGE)
        .and_then(|range| range.to_str().ok());
    let response = Response::builder()
        .header(CONTENT_TYPE, media_type)
        .header(ACCEPT_RANGES, "bytes");
    let (response, bytes) = match part(wanted, length) {
        Part::All => (response, 0..length),
        Part::Bytes(bytes) => {
            let range = format!("bytes {}-{}/{length}", bytes.start, bytes.end - 1);
            let response = response.status(StatusCode::PARTIAL_CONTENT);
            (response.header(CONTENT_RANGE, range), bytes)
        }
        Part::Nothing => {
            let response = response.status(StatusCode::RANGE_NOT_SATISFIABLE);
            (
                response.header(CONTENT_RANGE, format!("bytes */{length}")),
                0..0,
            )
        }
    };
    let response = response.header(CONTENT_LENGTH, bytes.end - bytes.start);
    Ok(response.body(body::of_file(file, bytes).boxed_unsync())?)
}

/// The folder as the OS knows it, so that a path can be compared with it.
fn canonical(folder: &Path) -> Result<Arc<PathBuf>, Error> {
    match folder.canonicalize() {
        Ok(path) if path.is_dir() => Ok(Arc::new(path)),
        Ok(_) => Err(format!("{} is not a folder", folder.display()).into()),
        Err(error) => Err(format!("{}: {error}", folder.display()).into()),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    http::run(async {
        let folder = canonical(&arguments.folder)?;
        let listener = server::listen(arguments.address).await?;
        let answer = move |request| answer(folder.clone(), request);
        Ok(server::serve(listener, server::ctrl_c(), answer).await?)
    })
}
