//! Every operation of every socket: try, and wait only when the OS says so.
//!
//! ```text
//!     poll --> budget? --> attempt --> done: Ready
//!                             ^  |
//!     an event came between   |  WouldBlock
//!     the two: try again      |  v
//!                             wait: the waker is stored, Pending
//! ```

use std::io;
use std::task::{Context, Poll, ready};

use stage2_reactor::socket::{Accept, Acceptor};
use stage2_reactor::{Direction, Registered, Socket};

use super::stream::{ByteStream, Stream};
use crate::budget;
use crate::context;
use crate::reactor::TaskWaker;

/// A socket at its place in the reactor.
pub(super) type Source<S> = Registered<S, TaskWaker>;

// region: operation
/// Polls one operation. `attempt` tries it at `source` in `direction`, and is called again if an
/// event comes before the waker is stored.
pub(super) fn poll_operation<S: Socket, R>(
    source: &Source<S>,
    direction: Direction,
    cx: &mut Context<'_>,
    mut attempt: impl FnMut() -> io::Result<R>,
) -> Poll<io::Result<R>> {
    budget::operation(cx, |cx| {
        loop {
            match attempt() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
            if source.wait(direction, TaskWaker::from_ref(cx.waker())) {
                return Poll::Pending;
            }
        }
    })
}
// endregion: operation

/// Polls until the socket is (remembered as) ready. That may turn out to be wrong: whoever relies on
/// it tries, and polls again after `WouldBlock`.
pub(super) fn poll_ready<S: Socket>(
    source: &Source<S>,
    direction: Direction,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    poll_operation(source, direction, cx, || {
        source.attempt(direction, |_| Ok(()))
    })
}

/// A connection, and where it comes from.
type Accepted<L> = (Stream<<L as Accept>::Stream>, <L as Accept>::Address);

/// Polls for the next connection. Its home is the reactor that is current here; outside any runtime, that of the
/// listener.
pub(super) fn poll_accept<L: Accept<Stream: ByteStream>>(
    acceptor: &Acceptor<L, TaskWaker>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Accepted<L>>> {
    let accepted = budget::operation(cx, |cx| {
        let accepted = acceptor.accept(TaskWaker::from_ref(cx.waker()));
        accepted.transpose().map_or(Poll::Pending, Poll::Ready)
    });
    let (socket, peer) = ready!(accepted)?;
    let home = context::current().unwrap_or_else(|_| acceptor.handle().clone());
    Poll::Ready(Ok((Stream::new(socket, &home)?, peer)))
}
