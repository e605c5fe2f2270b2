//! A reverse proxy: clients ask it, it asks the server behind it, and the bodies stream through in both directions.
//!
//! `cargo run -p stage5-full --example reverse_proxy -- http://127.0.0.1:8080 --address 127.0.0.1:8081`
//!
//! ```text
//!     client --HTTP/1.1 or HTTP/2--> proxy --HTTP/1.1, on a connection that was kept, or a new one--> upstream
//! ```
//!
//! What it cannot get from upstream is a 502 that says why. It passes no upgrades (WebSockets) on.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap::Parser;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::http::uri::Authority;
use hyper::{Request, Response, StatusCode, Uri};
use stage5_full::task;

pub(crate) mod http;

use http::{Body, Error, client, server, text};

/// Passes requests on to another server.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server to pass them on to: http://HOST[:PORT]
    upstream: Uri,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    address: SocketAddr,
}

/// The server behind the proxy.
#[derive(Debug)]
pub(crate) struct Upstream {
    server: Authority,
    /// Connections that have delivered a response and wait for the next request.
    idle: Mutex<Vec<SendRequest<Incoming>>>,
}

impl Upstream {
    pub(crate) fn new(url: &Uri) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Upstream {
            server: client::server(url)?,
            idle: Mutex::default(),
        }))
    }

    /// Passes a request on; a 502 if there is no response to it.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        // The name that the client has asked for; in HTTP/2 it stands in the URL.
        let name = request.uri().authority().unwrap_or(&self.server).clone();
        let mut request = client::in_origin_form(request, &name);
        remove_hop_by_hop(request.headers_mut());
        match self.send(request).await {
            Ok(mut response) => {
                remove_hop_by_hop(response.headers_mut());
                response.map(|body| body.map_err(Error::from).boxed_unsync())
            }
            Err(error) => text(StatusCode::BAD_GATEWAY, format!("upstream: {error}\n")),
        }
    }

    /// On a connection that was kept, or else on a new one.
    async fn send(
        self: &Arc<Self>,
        mut request: Request<Incoming>,
    ) -> Result<Response<Incoming>, Error> {
        while let Some(mut connection) = self.take_idle() {
            match connection.try_send_request(request).await {
                Ok(response) => return Ok(self.keep(connection, response)),
                // Upstream has closed it in the meantime. What was not sent comes back.
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error().into()),
                },
            }
        }
        let stream = client::connect(&self.server).await?;
        let mut connection = client::http1(&self.server, stream).await?;
        let response = connection.send_request(request).await?;
        Ok(self.keep(connection, response))
    }

    /// The connection can be used again when the body of `response` has been read from it.
    fn keep<T>(self: &Arc<Self>, mut connection: SendRequest<Incoming>, response: T) -> T {
        let upstream = self.clone();
        drop(task::spawn(async move {
            if connection.ready().await.is_ok() {
                upstream.idle().push(connection);
            }
        }));
        response
    }

    fn take_idle(&self) -> Option<SendRequest<Incoming>> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SendRequest<Incoming>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes what concerns one connection only (RFC 9110, section 7.6.1).
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        header::CONNECTION,
        header::TE,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("proxy-connection"),
    ] {
        headers.remove(name);
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    http::run(async {
        let upstream = Upstream::new(&arguments.upstream)?;
        let listener = server::listen(arguments.address).await?;
        let answer = move |request| upstream.clone().answer(request);
        Ok(server::serve(listener, server::ctrl_c(), answer).await?)
    })
}
