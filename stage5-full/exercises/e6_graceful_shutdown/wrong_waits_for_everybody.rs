//! Caught by: who_does_not_finish_is_cut_off
//!
//! "Everybody may finish." One client that keeps its connection open, and says nothing, is enough: the server never
//! ends, until somebody loses patience and kills it.

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
    let mut open = JoinSet::new();
    while let Some(stream) = next(&listener, &mut stop).await {
        open.spawn(handle(stream));
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    let all_are_done = async { while open.join_next().await.is_some() {} };
    all_are_done.await;
    let _ = timeout(grace, async {}).await;
    0
}

/// The next connection; `None` when it is time to stop.
async fn next(listener: &TcpListener, stop: &mut oneshot::Receiver<()>) -> Option<TcpStream> {
    let mut accept = pin!(listener.accept());
    let mut stop = pin!(stop);
    poll_fn(|cx| {
        if stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        accept
            .as_mut()
            .poll(cx)
            .map(|result| result.ok().map(|(stream, _)| stream))
    })
    .await
}

#[cfg(test)]
mod check;
