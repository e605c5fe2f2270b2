//! The smallest scheduler that keeps a task's rules, so that tests can look between two polls.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use stage4_waker::task::{self, Runnable, Schedule, Scheduled};
use stage4_waker::{JoinHandle, OwnedTasks};

/// One run queue that any number of lists may work on.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<Inner>);

#[derive(Default)]
struct Inner {
    ready: Mutex<VecDeque<Runnable>>,
    released: Mutex<Vec<(usize, usize)>>,
}

impl Schedule for Queue {
    fn schedule(task: Scheduled<Self>) {
        let queue = task.scheduler().clone();
        queue.push(task.into());
    }

    fn release(&self, owner: usize, key: usize) {
        self.0.released.lock().unwrap().push((owner, key));
    }
}

impl Queue {
    pub(crate) fn new() -> Self {
        Queue::default()
    }

    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (task, handle) = task::new(future, self.clone());
        Queue::schedule(task);
        handle
    }

    /// Spawns a future that stays on this thread.
    ///
    /// The tests keep the contract by hand: they run and shut down on the thread that called this.
    pub(crate) fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        // SAFETY: see above.
        let (task, handle) = unsafe { task::new_local(future, self.clone()) };
        Queue::schedule(task);
        handle
    }

    /// How many entries wait.
    pub(crate) fn len(&self) -> usize {
        self.0.ready.lock().unwrap().len()
    }

    fn push(&self, task: Runnable) {
        self.0.ready.lock().unwrap().push_back(task);
    }

    pub(crate) fn pop(&self) -> Option<Runnable> {
        self.0.ready.lock().unwrap().pop_front()
    }

    /// Runs one entry; false if there is none.
    pub(crate) fn run_one(&self, list: &mut OwnedTasks) -> bool {
        let Some(task) = self.pop() else {
            return false;
        };
        if let Some(again) = task.run(list) {
            self.push(again);
        }
        true
    }

    /// Runs until nothing is ready, and returns how many entries that took.
    pub(crate) fn run(&self, list: &mut OwnedTasks) -> usize {
        std::iter::from_fn(|| self.run_one(list).then_some(())).count()
    }

    /// What an executor does before it goes away.
    pub(crate) fn shutdown(&self, list: &mut OwnedTasks) {
        list.shutdown();
        while let Some(task) = self.pop() {
            task.cancel();
        }
    }

    pub(crate) fn released(&self) -> Vec<(usize, usize)> {
        self.0.released.lock().unwrap().clone()
    }
}

/// A waker that counts how often it was woken.
#[derive(Default)]
pub(crate) struct Counter(AtomicUsize);

impl Counter {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let counter = Arc::new(Counter::default());
        (counter.clone(), counter.into())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The result of a task that must be complete.
pub(crate) fn output<T>(handle: &mut JoinHandle<T>) -> Result<T, stage4_waker::JoinError> {
    match std::pin::Pin::new(handle).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("the task is not complete"),
    }
}

/// A future that leaves its waker in a place where the test finds it, and is ready when told so.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<GateState>>);

#[derive(Default)]
struct GateState {
    polls: usize,
    open: bool,
    waker: Option<Waker>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Gate::default()
    }

    /// Waits until the gate is open.
    pub(crate) async fn pass(&self) {
        std::future::poll_fn(|cx| {
            let mut state = self.0.lock().unwrap();
            state.polls += 1;
            state.waker = Some(cx.waker().clone());
            if state.open {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await
    }

    pub(crate) fn polls(&self) -> usize {
        self.0.lock().unwrap().polls
    }

    /// The waker that was left last.
    pub(crate) fn waker(&self) -> Waker {
        let state = self.0.lock().unwrap();
        state.waker.clone().expect("nobody waits at the gate")
    }

    /// Opens the gate and wakes who waits.
    pub(crate) fn open(&self) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.open = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Counts how often it was dropped, and on which threads.
#[derive(Clone, Default)]
pub(crate) struct Drops(Arc<Mutex<Vec<std::thread::ThreadId>>>);

/// Tells its [`Drops`] when it goes.
pub(crate) struct Dropped(Drops);

impl Drops {
    pub(crate) fn new() -> Self {
        Drops::default()
    }

    pub(crate) fn guard(&self) -> Dropped {
        Dropped(self.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// True if everything was dropped on this thread.
    pub(crate) fn all_here(&self) -> bool {
        let here = std::thread::current().id();
        self.0.lock().unwrap().iter().all(|there| *there == here)
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().push(std::thread::current().id());
    }
}
