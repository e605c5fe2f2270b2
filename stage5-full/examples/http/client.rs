//! Sending a request: a connection of its own, in HTTP/1.1 or HTTP/2.

use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::header::HOST;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Request, Response, Uri, Version};
use stage5_full::hyper::{Executor, Io, Timer};
use stage5_full::net::TcpStream;
use stage5_full::{task, time};

use super::Error;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Sends one request to the server that its URL names.
///
/// # Errors
///
/// Whatever is in the way of a response, with the server's name. A response with an error status is a response.
pub(crate) async fn send<B>(request: Request<B>) -> Result<Response<Incoming>, Error>
where
    B: Body<Data: Send, Error: Into<Error>> + Send + Unpin + 'static,
{
    let server = server(request.uri())?;
    let stream = connect(&server).await?;
    let sent = match request.version() {
        Version::HTTP_2 => {
            let mut builder = http2::Builder::new(Executor);
            let handshake = builder.timer(Timer).handshake(Io::new(stream)).await;
            let (mut sender, connection) = handshake.map_err(|error| about(&server, error))?;
            drop(task::spawn(connection));
            sender.send_request(request).await
        }
        _ => {
            let mut sender = http1(&server, stream).await?;
            sender.send_request(in_origin_form(request, &server)).await
        }
    };
    sent.map_err(|error| about(&server, error))
}

/// A connection for HTTP/1.1. A task drives it for as long as it or its sender is there.
pub(crate) async fn http1<B>(
    server: &Authority,
    stream: TcpStream,
) -> Result<http1::SendRequest<B>, Error>
where
    B: Body<Data: Send, Error: Into<Error>> + Send + 'static,
{
    let handshake = http1::handshake(Io::new(stream)).await;
    let (sender, connection) = handshake.map_err(|error| about(server, error))?;
    drop(task::spawn(connection));
    Ok(sender)
}

/// Connects to a server.
pub(crate) async fn connect(server: &Authority) -> Result<TcpStream, Error> {
    let name = (server.host(), server.port_u16().unwrap_or(80));
    // In a URL, an IPv6 address stands in brackets.
    let host = name.0.trim_start_matches('[').trim_end_matches(']');
    let connected = time::timeout(CONNECT, TcpStream::connect((host, name.1))).await;
    let stream = match connected {
        Ok(stream) => stream.map_err(|error| about(server, error))?,
        Err(elapsed) => return Err(about(server, elapsed)),
    };
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The server that a URL names.
pub(crate) fn server(url: &Uri) -> Result<Authority, Error> {
    match (url.scheme(), url.authority()) {
        (Some(scheme), Some(server)) if *scheme == Scheme::HTTP => Ok(server.clone()),
        _ => Err(format!("{url} is not a URL of the form http://HOST[:PORT]/PATH").into()),
    }
}

/// As HTTP/1.1 wants it: the path alone in the first line, and the server's name in a header.
pub(crate) fn in_origin_form<B>(mut request: Request<B>, server: &Authority) -> Request<B> {
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = Uri::from(path.unwrap_or(PathAndQuery::from_static("/")));
    *request.version_mut() = Version::HTTP_11;
    let name = server.as_str().parse();
    let name = name.expect("what may stand in a URL may stand in a header");
    request.headers_mut().entry(HOST).or_insert(name);
    request
}

/// hyper's errors say little; their causes say more.
fn about(server: &Authority, error: impl Into<Error>) -> Error {
    let error = error.into();
    let mut text = format!("{server}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text.into()
}
