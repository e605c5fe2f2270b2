//! Running one future on a thread that is not a worker.
//!
//! The thread polls its future when it is woken, and sleeps in between. It runs no tasks: the future may
//! be anything, also not `Send`, and must not have to wait until some task's long poll on the same
//! thread is over.

use std::cell::Cell;
use std::fmt;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll};
use std::thread::{self, Thread};

use futures_task::{ArcWake, waker_ref};
use stage3_executor::budget;

use super::context::{self, Context};
use super::handle::Handle;
use super::shared::Shared;
use super::worker::BUDGET;

/// See [`Runtime::block_on`](super::Runtime::block_on).
#[track_caller]
// region: block_on
pub(super) fn block_on<F: Future>(handle: &Handle, future: F) -> F::Output {
    assert!(
        !context::polls_futures(),
        "block_on was called on a thread that is running tasks, and would hold up all others there: \
         use `.await`, or call it inside spawn_blocking"
    );
    let visit = Rc::new(Visit::to(handle));
    let _context = context::enter(Context::block_on(handle, visit.clone()));
    let alarm = Arc::new(Alarm::new());
    let waker = waker_ref(&alarm);
    let mut cx = TaskContext::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        visit.begin_poll();
        let (polled, _) = budget::with_budget(BUDGET, || future.as_mut().poll(&mut cx));
        visit.end_poll();
        match polled {
            Poll::Ready(output) => return output,
            Poll::Pending => alarm.wait(),
        }
    }
}
// endregion: block_on

/// Whether a poll is under way, and whether it is a visit: see [`idle`](super::idle).
pub(super) struct Visit {
    shared: Arc<Shared>,
    state: Cell<VisitState>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum VisitState {
    NoPoll,
    Polling,
    Visiting,
}

impl Visit {
    fn to(handle: &Handle) -> Self {
        Visit {
            shared: handle.shared().clone(),
            state: Cell::new(VisitState::NoPoll),
        }
    }

    fn begin_poll(&self) {
        self.state.set(VisitState::Polling);
    }

    fn end_poll(&self) {
        if self.state.replace(VisitState::NoPoll) == VisitState::Visiting {
            self.shared.leave();
        }
    }

    /// Whether a visit has not begun, but can.
    pub(super) fn can_begin(&self) -> bool {
        self.state.get() == VisitState::Polling
    }

    /// The poll has woken a worker.
    pub(super) fn begin(&self) {
        self.state.set(VisitState::Visiting);
    }

    pub(super) fn has_begun(&self) -> bool {
        self.state.get() == VisitState::Visiting
    }
}

impl Drop for Visit {
    /// After a poll that has panicked.
    fn drop(&mut self) {
        self.end_poll();
    }
}

/// Wakes a thread. The flag is there because anybody may unpark a thread, and because it makes a second wake free.
struct Alarm {
    rung: AtomicBool,
    thread: Thread,
}

impl Alarm {
    fn new() -> Self {
        Alarm {
            rung: AtomicBool::new(false),
            thread: thread::current(),
        }
    }

    fn wait(&self) {
        // Ordering: Acquire sees what the waker's thread did before it rang.
        while !self.rung.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl ArcWake for Alarm {
    fn wake_by_ref(alarm: &Arc<Self>) {
        // Ordering: Release, see `wait`. Who finds it rung already need not unpark: the thread will look again.
        if !alarm.rung.swap(true, Ordering::Release) {
            alarm.thread.unpark();
        }
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("rung", &self.rung).finish()
    }
}
