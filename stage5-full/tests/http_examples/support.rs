//! What the tests share: a runtime with a time limit, a server that can be stopped, a client, a folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::channel::oneshot;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use stage5_full::net::TcpListener;
use stage5_full::runtime::Builder;
use stage5_full::task::{self, JoinHandle};
use stage5_full::time;

pub(crate) use crate::http_server::http::{self, Body, Error, client, server};

/// Runs a test on two workers; a test that hangs fails.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let within = async { time::timeout(Duration::from_secs(60), test).await };
    runtime.unwrap().block_on(within).expect("in time")
}

/// A server that runs until it is told to stop.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(crate) async fn start<A, R>(answer: A) -> Server
    where
        A: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        Server::start_at("127.0.0.1:0".parse().unwrap(), answer).await
    }

    pub(crate) async fn start_at<A, R>(address: SocketAddr, answer: A) -> Server
    where
        A: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { stopped.await.unwrap_or_default() };
        let serving = task::spawn(server::serve(listener, stopped, answer));
        Server {
            address,
            stop,
            serving,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Tells it to stop; what is returned is done when it has.
    pub(crate) fn stop(self) -> JoinHandle<std::io::Result<()>> {
        let _it_has_ended_already = self.stop.send(());
        self.serving
    }
}

/// Sends a request on a connection of its own.
pub(crate) async fn send(request: Request<Full<Bytes>>) -> Response<Incoming> {
    client::send(request).await.unwrap()
}

pub(crate) async fn get(url: String) -> Response<Incoming> {
    send(Request::get(url).body(Full::default()).unwrap()).await
}

/// The whole body of a response.
pub(crate) async fn body<B: hyper::body::Body<Error: std::fmt::Debug>>(
    response: Response<B>,
) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

/// So many bytes that no two neighbouring blocks are alike.
pub(crate) fn bytes(count: u32) -> Vec<u8> {
    (0..count).map(|n| (n % 251) as u8).collect()
}

/// An empty folder, which is removed when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let name = format!("stage5-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _it_is_not_there = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Folder(path.canonicalize().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), contents).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _the_system_tidies_up = std::fs::remove_dir_all(&self.0);
    }
}
