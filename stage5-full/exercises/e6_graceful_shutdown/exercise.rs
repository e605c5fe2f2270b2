//! Exercise 5.6: a server that ends well.
#![allow(unused, reason = "until the exercise is done")]

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::sync::oneshot;
use stage5_full::task::JoinSet;
use stage5_full::time::timeout;

/// Serves each connection in a task of its own, until somebody says `stop`. Then it accepts no more; those that are being served may
/// finish, for `grace` at most; the rest is cut off. Says how many that were.
async fn serve<F>(
    listener: TcpListener,
    mut stop: oneshot::Receiver<()>,
    grace: Duration,
    handle: impl Fn(TcpStream) -> F,
) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let (stream, _) = listener.accept().await.expect("the listener works");
        handle(stream).await;
        todo!("side by side, and until `stop`")
    }
}

/// The next connection; `None` when it is time to stop.
async fn next(listener: &TcpListener, stop: &mut oneshot::Receiver<()>) -> Option<TcpStream> {
    todo!("two futures, and whichever is ready first: poll both")
}

#[cfg(test)]
mod check;
