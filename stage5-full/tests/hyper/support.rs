//! What the tests of hyper share: a runtime, a service, a server of it, and clients.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response, StatusCode, service::service_fn};
use stage5_full::hyper::{Executor, Io, Timer};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::runtime::Builder;
use stage5_full::{task, time};

pub(crate) type Body = BoxBody<Bytes, hyper::Error>;

/// Runs a test on two workers; a test that hangs fails.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let within = async { time::timeout(Duration::from_secs(60), test).await };
    runtime.unwrap().block_on(within).expect("in time")
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed()
}

/// `GET /` says hello, `POST /echo` gives the body back as it comes, and anything else is not found.
pub(crate) async fn service(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => Response::new(full("hello")),
        (&Method::POST, "/echo") => Response::new(request.into_body().boxed()),
        _ => {
            let mut response = Response::new(full(""));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    })
}

/// Starts a server of `service`, for HTTP/1 or HTTP/2 over plain TCP, at an address of its own.
pub(crate) async fn serve(version: hyper::Version) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(task::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            drop(task::spawn(serve_one(stream, version)));
        }
    }));
    address
}

async fn serve_one(stream: TcpStream, version: hyper::Version) -> hyper::Result<()> {
    let (io, service) = (Io::new(stream), service_fn(service));
    if version == hyper::Version::HTTP_2 {
        let mut server = hyper::server::conn::http2::Builder::new(Executor);
        // hyper takes the date from the OS, which no seed decides, and HTTP/2 makes some dates longer than others.
        server.auto_date_header(false);
        server.timer(Timer).serve_connection(io, service).await
    } else {
        let mut server = hyper::server::conn::http1::Builder::new();
        server.timer(Timer).serve_connection(io, service).await
    }
}

/// An HTTP/1 client on one connection.
pub(crate) async fn http1_client(address: SocketAddr) -> http1::SendRequest<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = http1::handshake(Io::new(stream)).await.unwrap();
    drop(task::spawn(connection));
    sender
}

/// An HTTP/2 client on one connection, without asking whether the server can (*prior knowledge*).
pub(crate) async fn http2_client(address: SocketAddr) -> http2::SendRequest<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut client = http2::Builder::new(Executor);
    let handshake = client.timer(Timer).handshake(Io::new(stream)).await;
    let (sender, connection) = handshake.unwrap();
    drop(task::spawn(connection));
    sender
}

pub(crate) fn get(uri: &str) -> Request<Body> {
    Request::get(uri)
        .header("host", "test")
        .body(full(""))
        .unwrap()
}

pub(crate) fn post(uri: &str, body: Body) -> Request<Body> {
    Request::post(uri)
        .header("host", "test")
        .body(body)
        .unwrap()
}

/// The whole body of a response.
pub(crate) async fn text(response: Response<Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}
