//! The executor that asks everybody.
//!
//! A future that is not ready says so and returns. Who asks it again, and when? Here: everyone is
//! asked again whenever anything at all has happened. The waker does nothing.
//!
//! ```text
//!              +--> poll the root, then every task, in order -------+
//!              |                                                    |
//!              |     somebody got on: look at the reactor           |
//!              +<--------------------------------------------------- +
//!              |                                                    |
//!              +<-- reactor.turn(..) <--- nobody got on: wait there +
//! ```
//!
//! To *get on* is to complete an operation of a leaf future (the [budget](crate::budget) counts
//! them), or to finish. When everybody has been asked and nobody got on, nobody can until the
//! reactor has something new, so the thread sleeps in the OS. Then everybody is asked again, of whom
//! usually one has reason to: the polls of a run are about *tasks × events*. Stage 4 mends that.
//!
//! What this executor cannot see is progress that comes from elsewhere: a future that is made ready
//! by another thread, or by a channel of another crate, calls its waker, and this waker does
//! nothing. If nobody waits at the reactor at all, the executor asks everyone again every
//! [10 ms](ASK_AGAIN); otherwise such a future is polled when the next event comes.

pub mod running;
mod task;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use stage1_green_threads::trace::{self, TaskId};

pub use task::Spawned;

use crate::context::{self, Home};
use crate::reactor::{Handle, Reactor};
use running::Running;
use task::{Task, poll_with_budget};

/// How soon everybody is asked again when nobody waits at the reactor.
pub const ASK_AGAIN: Duration = Duration::from_millis(10);

/// Runs futures on the thread that calls [`block_on`](Executor::block_on), polling every one of them
/// at each event.
pub struct Executor {
    /// Before the reactor: dropped first, so that their sockets find it alive.
    tasks: RefCell<VecDeque<Box<dyn Task>>>,
    /// Tasks that were spawned since the round began; they take part in the next one.
    spawned: RefCell<Vec<Box<dyn Task>>>,
    reactor: RefCell<Reactor>,
    handle: Handle,
    running: Running,
}

impl Executor {
    /// An executor with a reactor of its own.
    ///
    /// # Errors
    ///
    /// If the OS refuses the reactor's event queue.
    pub fn new() -> io::Result<Self> {
        Ok(Executor::with_reactor(Reactor::new()?))
    }

    /// An executor that waits in this reactor, which may be a simulated one.
    pub fn with_reactor(reactor: Reactor) -> Self {
        Executor {
            tasks: RefCell::default(),
            spawned: RefCell::default(),
            handle: reactor.handle().clone(),
            reactor: RefCell::new(reactor),
            running: Running::default(),
        }
    }

    /// Makes a task of this future. It runs while a [`block_on`](Executor::block_on) of this executor
    /// does, whether or not anybody awaits what this returns.
    ///
    /// A future given to `block_on` may borrow the executor, and so spawn from inside.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> Spawned<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (task, result) = task::new(future);
        self.spawned.borrow_mut().push(task);
        result
    }

    /// Runs `root`, and every spawned task beside it, until `root` is done; returns its result.
    ///
    /// Tasks that are unfinished then stay, and go on in the next `block_on`; dropping the executor
    /// drops them.
    ///
    /// # Panics
    ///
    /// If it is called inside itself; if the reactor fails. A panic in a task comes out of here too:
    /// nothing at this stage catches it. That task is dropped, its siblings stay.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn block_on<F: Future>(&self, root: F) -> F::Output {
        let _running = self.running.begin();
        let _home = context::enter(Home::One(self.handle.clone()));
        let mut cx = Context::from_waker(Waker::noop());
        let mut root = pin!(root);
        let id = TaskId::next();
        trace::spawn(id, "block_on");
        // region: loop
        loop {
            let (root_polled, root_got_on) = poll_with_budget(id, root.as_mut(), &mut cx);
            if let Poll::Ready(value) = root_polled {
                return value;
            }
            let somebody_got_on = self.poll_everybody(&mut cx) || root_got_on;
            self.turn_reactor(somebody_got_on);
        }
        // endregion: loop
    }

    /// Polls each task once and keeps those that are not done. Whether somebody got on.
    fn poll_everybody(&self, cx: &mut Context<'_>) -> bool {
        let mut somebody_got_on = false;
        self.tasks.borrow_mut().extend(self.spawned.take());
        let round = self.tasks.borrow().len();
        for _ in 0..round {
            // A task is in the queue or being polled, never both: one that panics is not put back.
            let Some(mut task) = self.tasks.borrow_mut().pop_front() else {
                break;
            };
            let (done, got_on) = task.poll(cx);
            somebody_got_on |= got_on;
            if !done {
                self.tasks.borrow_mut().push_back(task);
            }
        }
        somebody_got_on || !self.spawned.borrow().is_empty()
    }

    // region: turn
    /// Lets the reactor deliver what has happened; waits for it if nobody got on.
    fn turn_reactor(&self, somebody_got_on: bool) {
        let mut reactor = self.reactor.borrow_mut();
        let turned = if somebody_got_on {
            reactor.turn(Some(Duration::ZERO))
        } else {
            let at_most = if reactor.has_waiters() {
                None
            } else {
                Some(ASK_AGAIN)
            };
            trace::park(0);
            let turned = reactor.turn(at_most);
            trace::unpark(0);
            turned
        };
        if let Err(error) = turned {
            panic!("the reactor cannot wait for events: {error}");
        }
    }
    // endregion: turn
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("running", &self.running.get())
            .finish_non_exhaustive()
    }
}
