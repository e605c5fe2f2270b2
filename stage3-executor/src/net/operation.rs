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
use std::task::{Context, Poll};

use stage2_reactor::{Direction, Registered, Socket};

use crate::budget;
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
