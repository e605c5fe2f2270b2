//! What hyper asks of a runtime, for this one (feature `hyper`).
//!
//! hyper knows HTTP and no runtime: it names what it needs in traits, and whoever starts a connection brings it.
//!
//! ```text
//!     hyper asks for                  here          which is
//!     rt::Read, rt::Write     <--     Io            a stream of `net`; no buffer and no lock of its own
//!     rt::Executor            <--     Executor      task::spawn
//!     rt::Timer, rt::Sleep    <--     Timer         time::Sleep, which is reset in its place
//! ```
//!
//! HTTP/1 needs `Io`, and `Timer` for its time limits; HTTP/2 runs streams as tasks and needs `Executor` as well.
//!
//! # Examples
//!
//! ```no_run
//! use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
//! use stage5_full::hyper::{Io, Timer};
//! use stage5_full::net::TcpListener;
//! use std::convert::Infallible;
//!
//! async fn hello(_: Request<Incoming>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new("hello".into()))
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! stage5_full::Runtime::new()?.block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:8080").await?;
//!     loop {
//!         let (stream, _) = listener.accept().await?;
//!         let connection = http1::Builder::new()
//!             .timer(Timer)
//!             .serve_connection(Io::new(stream), service_fn(hello));
//!         stage5_full::spawn(connection);
//!     }
//! })
//! # }
//! ```

mod io;
mod timer;

pub use self::io::Io;
pub use self::timer::Timer;

use crate::task;

/// Runs hyper's background work as tasks of the runtime that is current where it is started.
///
/// # Panics
///
/// [`execute`](::hyper::rt::Executor::execute) panics outside any runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct Executor;

impl<F> ::hyper::rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        drop(task::spawn(future));
    }
}
