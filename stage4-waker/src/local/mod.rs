//! The executor that polls only what was woken, on one thread.
//!
//! ```text
//!    wake on this thread ──────────────► local queue ──┐
//!                                             ▲        ├──► run one task ──► every 61: look at the reactor
//!    wake on another thread ──► remote queue ─┘        │
//!                  └─ notify ──► reactor     empty: ───┴──► sleep in the reactor
//! ```
//!
//! Who is woken goes to the end of one queue, and the queue is run from its front: first woken, first
//! polled. The future given to [`block_on`](LocalExecutor::block_on) has its place in that queue
//! like every task.
//!
//! Invariants:
//!
//! * All futures live on the thread that made the executor: it is not `Send`, and neither is what can
//!   spawn on it. Other threads reach the remote queue only.
//! * An unfinished task is in a queue before its first poll and in [`OwnedTasks`] after it, so an
//!   executor that is dropped finds all of them and drops their futures, here.
//! * A push to the remote queue is followed by a notification, and the executor looks at that queue
//!   before it sleeps: either it sees the push, or its sleep ends at once.

mod queue;
#[cfg(feature = "explore")]
mod step;

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_task::{ArcWake, waker_ref};
use stage1_green_threads::trace::{self, TaskId};
use stage3_executor::budget;
use stage3_executor::context::{self, Home};
use stage3_executor::executor::running::Running;
use stage3_executor::reactor::Reactor;

use crate::owned::OwnedTasks;
use crate::task::{self, JoinHandle, Runnable};
use queue::{Entry, Local, Queues};

/// How many operations a task may complete in one poll.
const BUDGET: u32 = 128;

/// After how many polls the reactor and the remote queue are looked at, however long the queue is.
const LOOK_OUTSIDE_EVERY: u32 = 61;

/// Runs futures on the thread that made it, each when it was woken.
///
/// Dropping it drops the futures of all tasks that are unfinished; their join handles get a
/// [`JoinError`](crate::JoinError) that is cancelled.
///
/// # Examples
///
/// ```
/// use stage4_waker::LocalExecutor;
///
/// let executor = LocalExecutor::new()?;
/// let sum = executor.block_on(async {
///     let two = stage4_waker::spawn_local(async { 2 });
///     1 + two.await.unwrap()
/// });
/// assert_eq!(sum, 3);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct LocalExecutor {
    queues: Arc<Queues>,
    owned: RefCell<OwnedTasks>,
    reactor: RefCell<Reactor>,
    home: Home,
    running: Running,
    on_this_thread: PhantomData<*const ()>,
}

/// Spawns on a [`LocalExecutor`], from its thread. It does not keep the executor alive: what is
/// spawned after that is gone is cancelled at once.
#[derive(Clone)]
pub struct LocalHandle {
    queues: Arc<Queues>,
    on_this_thread: PhantomData<*const ()>,
}

impl LocalExecutor {
    /// An executor with a reactor of its own.
    ///
    /// # Errors
    ///
    /// If the OS refuses the reactor's event queue; inside an exploration.
    pub fn new() -> io::Result<Self> {
        Ok(LocalExecutor::with_reactor(Reactor::new()?))
    }

    /// An executor that sleeps in this reactor, which may be a simulated one.
    pub fn with_reactor(reactor: Reactor) -> Self {
        LocalExecutor {
            queues: Arc::new(Queues::new(reactor.notifier())),
            owned: RefCell::new(OwnedTasks::new(0)),
            home: Home::One(reactor.handle().clone()),
            reactor: RefCell::new(reactor),
            running: Running::default(),
            on_this_thread: PhantomData,
        }
    }

    /// Makes a task of this future. It runs while a [`block_on`](Self::block_on) of this executor does.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        spawn_on(&self.queues, future)
    }

    /// What spawns on this executor, to be kept elsewhere on this thread.
    pub fn handle(&self) -> LocalHandle {
        LocalHandle {
            queues: self.queues.clone(),
            on_this_thread: PhantomData,
        }
    }

    /// Runs `root` and the spawned tasks until `root` is done, and returns its output. Unfinished
    /// tasks stay, and go on in the next `block_on`.
    ///
    /// # Panics
    ///
    /// If `root` panics; if it is called inside itself; if the reactor fails. A panic in a task goes
    /// to its join handle instead.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn block_on<F: Future>(&self, root: F) -> F::Output {
        let _running = self.running.begin();
        let _home = context::enter(self.home.clone());
        let local = Local::enter(&self.queues);
        let root_wake = Arc::new(RootWake::new(self.queues.clone()));
        let mut root = pin!(root);
        ArcWake::wake_by_ref(&root_wake);
        let mut polls = 0;
        // region: loop
        loop {
            match local.pop() {
                Some(Entry::Root) => {
                    if let Poll::Ready(output) = root_wake.poll(root.as_mut()) {
                        return output;
                    }
                }
                Some(Entry::Task(task)) => self.run(task, &local),
                None => {
                    self.sleep(&local);
                    continue;
                }
            }
            polls += 1;
            if polls % LOOK_OUTSIDE_EVERY == 0 {
                self.look_outside(&local);
            }
        }
        // endregion: loop
    }

    /// Polls a task. If it was woken meanwhile, it goes to the end of the queue.
    fn run(&self, task: Runnable, local: &Local) {
        let mut owned = self.owned.borrow_mut();
        let (again, _) = budget::with_budget(BUDGET, || task.run(&mut owned));
        if let Some(task) = again {
            local.push(Entry::Task(task));
        }
    }

    /// Lets sockets, timers and other threads wake their tasks, without waiting for it.
    fn look_outside(&self, local: &Local) {
        // Where nobody waits, a system call would tell nothing.
        if self.reactor.borrow().has_waiters() {
            self.turn(Some(Duration::ZERO));
        }
        local.fetch_remote();
    }

    /// Nobody is woken: waits until somebody is.
    fn sleep(&self, local: &Local) {
        // What was pushed by others is looked at first; what is pushed from here on ends the wait.
        if local.fetch_remote() {
            return;
        }
        trace::park(0);
        self.turn(None);
        trace::unpark(0);
    }

    fn turn(&self, timeout: Option<Duration>) {
        if let Err(error) = self.reactor.borrow_mut().turn(timeout) {
            panic!("the reactor cannot wait for events: {error}");
        }
    }
}

impl LocalHandle {
    /// As [`LocalExecutor::spawn`].
    #[cfg_attr(feature = "tracing", track_caller)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        spawn_on(&self.queues, future)
    }

    /// Whether the executor is gone.
    pub fn is_shut_down(&self) -> bool {
        self.queues.is_closed()
    }
}

/// Makes a task on the executor whose `block_on` runs on this thread.
///
/// # Panics
///
/// Outside of [`LocalExecutor::block_on`].
#[cfg_attr(feature = "tracing", track_caller)]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let local = Local::current().expect(
        "spawn_local needs an executor on this thread: call it in a future that \
         LocalExecutor::block_on runs",
    );
    spawn_on(&local.queues, future)
}

/// Makes a task of an executor of this thread, and queues it.
#[cfg_attr(feature = "tracing", track_caller)]
fn spawn_on<F>(queues: &Arc<Queues>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    // SAFETY: what spawns on an executor is not `Send` and comes from that executor on its thread,
    // which is not either. That one alone runs and cancels entries, and its `Drop` drains its queues and shuts down its
    // list; what is spawned later is cancelled here and now.
    let (task, join) = unsafe { task::new_local(future, queues.clone()) };
    Queues::submit(task);
    join
}

impl Drop for LocalExecutor {
    fn drop(&mut self) {
        // The futures' destructors find the clock that the futures had.
        let _home = context::enter(self.home.clone());
        // From here on nothing gets into a queue, so what is found now is all there is.
        for task in self.queues.close() {
            task.cancel();
        }
        // SAFETY: the queues are empty, and refuse what other threads have on its way to them.
        unsafe { self.owned.get_mut().shutdown_local() };
    }
}

/// The waker of the future that `block_on` was given: it stands in the queue like a task.
struct RootWake {
    id: TaskId,
    woken: AtomicBool,
    queues: Arc<Queues>,
}

impl RootWake {
    #[cfg_attr(feature = "tracing", track_caller)]
    fn new(queues: Arc<Queues>) -> Self {
        let id = TaskId::next();
        trace::spawn(id, "block_on");
        let woken = AtomicBool::new(false);
        RootWake { id, woken, queues }
    }

    fn poll<F: Future>(self: &Arc<Self>, root: Pin<&mut F>) -> Poll<F::Output> {
        // Ordering: before the poll, so that a wake during it counts as a new one; Acquire sees what
        // the wakers wrote that this poll answers.
        self.woken.swap(false, Ordering::Acquire);
        trace::resume(self.id, 0);
        let waker = waker_ref(self);
        let mut cx = Context::from_waker(&waker);
        let (polled, _) = budget::with_budget(BUDGET, || root.poll(&mut cx));
        match polled {
            Poll::Ready(_) => trace::complete(self.id, "ok"),
            Poll::Pending => trace::suspend(self.id),
        }
        polled
    }
}

impl ArcWake for RootWake {
    fn wake_by_ref(this: &Arc<Self>) {
        trace::wake(this.id);
        // Ordering: Release hands over what was written before the wake, also if it coalesces.
        if !this.woken.swap(true, Ordering::Release) {
            trace::enqueue(|| this.id, "local");
            this.queues.push_root();
        }
    }
}

impl fmt::Debug for LocalExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalExecutor")
            .field("running", &self.running.get())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LocalHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalHandle").finish_non_exhaustive()
    }
}
