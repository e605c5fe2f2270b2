//! Answering requests until it is told to stop, and then finishing those that are in flight.
//!
//! ```text
//!     listener --> a task per connection: HTTP/1 or HTTP/2, as its first bytes say
//!        |                 |
//!        |                 +-- a request --> `answer` --> its response
//!      stop: nobody is accepted any more; a connection ends after the response that it is busy with
//! ```

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures::future::{Either, select};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::server::{conn::auto, graceful::GracefulShutdown};
use stage5_full::hyper::{Executor, Io, Timer};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::{task, time};

use super::{Body, Error};

/// How long responses that are in flight may take after the end was asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listens, and says where.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("cannot listen at {address}: {error}"))?;
    println!("listening at http://{}", listener.local_addr()?);
    Ok(listener)
}

/// Ctrl-c, as what [`serve`] is to be stopped by.
pub(crate) async fn ctrl_c() {
    if let Err(error) = stage5_full::signal::ctrl_c().await {
        eprintln!("{error}");
        std::future::pending().await
    }
    println!("finishing what is in flight");
}

/// Answers requests until `stop` is done, and then those that are in flight.
///
/// # Errors
///
/// If the listener breaks. What happens on one connection ends that one only.
pub(crate) async fn serve<A, R>(
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    answer: A,
) -> io::Result<()>
where
    A: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Response<Body>> + Send + 'static,
{
    let mut stop = pin!(stop);
    let builder = builder();
    let connections = GracefulShutdown::new();
    while let Some(stream) = accept(&listener, stop.as_mut()).await? {
        let answer = answer.clone();
        let service = service_fn(move |request| {
            let response = answer(request);
            async { Ok::<_, Infallible>(response.await) }
        });
        let connection = builder.serve_connection(Io::new(stream), service);
        drop(task::spawn(connections.watch(connection.into_owned())));
    }
    drop(listener);
    // Whoever needs longer is cut off when the runtime ends.
    let _in_time = time::timeout(PATIENCE, connections.shutdown()).await;
    Ok(())
}

/// The next connection; `None` when it is time to stop.
async fn accept(
    listener: &TcpListener,
    stop: Pin<&mut impl Future<Output = ()>>,
) -> io::Result<Option<TcpStream>> {
    match select(stop, pin!(listener.accept())).await {
        Either::Left(((), _)) => Ok(None),
        Either::Right((accepted, _)) => {
            let (stream, _) = accepted?;
            stream.set_nodelay(true)?;
            Ok(Some(stream))
        }
    }
}

/// With a timer, a client that is too slow to send its head (30 s) is cut off.
fn builder() -> auto::Builder<Executor> {
    let mut builder = auto::Builder::new(Executor);
    builder.http1().timer(Timer);
    builder.http2().timer(Timer);
    builder
}
