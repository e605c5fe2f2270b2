//! Asking the OS for the addresses of a name, for which std has only a call that blocks.
//!
//! ```text
//!     the task                                     some thread that may block
//!     lookup: Question ──────────── offload ─────► the OS is asked
//!     Pending, waker in Answer                       │
//!     Ready   ◄──────────── wake ────────────────  Answer
//! ```
//!
//! Invariant: every question is answered once: with what the OS says, or, if it is dropped unasked
//! (the runtime shuts down, the OS has no thread left), with an error that says so.

use std::future::poll_fn;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::budget;
use crate::context;
use crate::reactor::Handle;

/// What is found: addresses in the order in which they are to be tried.
pub(super) type Found = io::Result<Vec<SocketAddr>>;

/// The addresses of `host`, each with `port`.
///
/// # Cancel safety
///
/// That call cannot be interrupted; if this is dropped, its answer is thrown away.
pub(super) async fn lookup(host: String, port: u16) -> Found {
    let home = context::current()?;
    if home.driver().is_simulated() {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!(
                "there are no names in a simulated world: give {host:?} as an address in digits"
            ),
        ));
    }
    let answer = Arc::new(Mutex::new(Answer::default()));
    let question = Question {
        host,
        port,
        home,
        answer: answer.clone(),
        found: None,
    };
    context::offload()?(Box::new(|| question.ask()));
    poll_fn(|cx| budget::operation(cx, |cx| lock(&answer).poll(cx))).await
}

#[derive(Default)]
struct Answer {
    found: Option<Found>,
    waiter: Option<Waker>,
}

impl Answer {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Found> {
        if let Some(found) = self.found.take() {
            return Poll::Ready(found);
        }
        self.waiter = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// What is sent to the other thread. It is answered when it is dropped, asked or not.
struct Question {
    host: String,
    port: u16,
    home: Handle,
    answer: Arc<Mutex<Answer>>,
    found: Option<Found>,
}

impl Question {
    /// Asks the OS. This blocks.
    fn ask(mut self) {
        let found = (self.host.as_str(), self.port).to_socket_addrs();
        self.found = Some(found.map(Iterator::collect).map_err(|error| {
            let message = format!("no address was found for {:?}: {error}", self.host);
            io::Error::new(error.kind(), message)
        }));
    }

    fn not_asked(&self) -> io::Error {
        io::Error::other(format!(
            "nobody asked for the address of {:?}: the runtime has shut down, or the OS has no thread left",
            self.host
        ))
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        let found = self.found.take();
        let waiter = {
            let mut answer = lock(&self.answer);
            answer.found = Some(found.unwrap_or_else(|| Err(self.not_asked())));
            answer.waiter.take()
        };
        if let Some(waiter) = waiter {
            waiter.wake();
        }
        // An executor that does not listen to wakers waits in its reactor.
        self.home.notifier().notify();
    }
}

fn lock(answer: &Mutex<Answer>) -> MutexGuard<'_, Answer> {
    answer.lock().unwrap_or_else(PoisonError::into_inner)
}
