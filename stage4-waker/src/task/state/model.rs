//! Every interleaving of the state word's transitions, explored by loom.
//!
//! ```text
//! RUSTFLAGS="--cfg stages_loom" cargo test --release -p stage4-waker --lib model
//! RUSTFLAGS="--cfg stages_loom --cfg stages_mutant=\"end_forgets_a_wake\"" cargo test …   must fail
//! ```
//!
//! A model is a task reduced to what its state protects: cells instead of a future, an output and a waker. Each mutant
//! is one wrong transition in `state.rs`, and makes the model named after `mutant:` fail with the message
//! of its own assertion.
//!
//! Two things loom does not do: it never lets a store overtake an earlier load of its own thread, and it takes `SeqCst` operations for `AcqRel`.

use std::collections::VecDeque;

use loom::cell::UnsafeCell;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::{Relaxed, SeqCst};
use loom::sync::{Arc, Mutex};
use loom::thread;

use super::{End, Start, State, Wakes};

/// A task whose future waits for `wakes` to reach what it was told to wait for.
struct Model {
    state: State,
    /// Entries in the run queue.
    queue: Mutex<VecDeque<()>>,
    /// What wakers tell the future, before they wake it.
    news: AtomicUsize,
    /// How many are inside the future, by the count of an observer that orders nothing.
    inside: AtomicUsize,
    /// The future, present until it is dropped, and how often it was touched. Loom does not see this mutex: it
    /// orders nothing.
    future: std::sync::Mutex<(usize, Option<usize>)>,
    /// The same count, as whoever holds the entry sees it.
    version: AtomicUsize,
    /// The output, and the count of how often one was dropped or taken.
    output: UnsafeCell<Option<()>>,
    ended: AtomicUsize,
    join_cell: UnsafeCell<bool>,
    join_woken: AtomicUsize,
}

impl Model {
    fn new() -> Arc<Self> {
        Arc::new(Model {
            state: State::new(),
            queue: Mutex::new(VecDeque::from([()])),
            news: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            future: std::sync::Mutex::new((0, Some(0))),
            version: AtomicUsize::new(0),
            output: UnsafeCell::new(None),
            ended: AtomicUsize::new(0),
            join_cell: UnsafeCell::new(false),
            join_woken: AtomicUsize::new(0),
        })
    }

    fn enqueue_if(&self, mine: bool) {
        if mine {
            let mut queue = self.queue.lock().unwrap();
            assert!(queue.is_empty(), "the task is in the run queue twice");
            queue.push_back(());
        }
    }

    fn wake(&self) {
        self.enqueue_if(self.state.wake());
    }

    fn abort(&self) {
        self.enqueue_if(self.state.abort());
    }

    /// The caller holds the entry: nobody else may until [`leave`](Self::leave).
    fn enter(&self) {
        // Ordering: Relaxed, so that the observer does not order what it observes.
        let others = self.inside.fetch_add(1, Relaxed);
        assert_eq!(others, 0, "two threads are inside one future");
    }

    fn leave(&self) {
        self.inside.fetch_sub(1, Relaxed);
    }

    /// Touches the future, and checks that what the last one left in it is visible here.
    fn with_future<R>(&self, f: impl FnOnce(&mut Option<usize>) -> R) -> R {
        let mut future = self.future.lock().unwrap();
        let (version, future) = &mut *future;
        // Ordering: Relaxed, so that only the state word can be what makes the version visible.
        let seen = self.version.load(Relaxed);
        assert_eq!(seen, *version, "what the last poll left is not visible");
        *version += 1;
        self.version.store(*version, Relaxed);
        f(future)
    }

    /// Runs one entry of the queue, as `Task::run` does. False if there was none.
    fn run_one(&self, enough: usize) -> bool {
        if self.queue.lock().unwrap().pop_front().is_none() {
            return false;
        }
        match self.state.start() {
            Start::Cancel => {
                self.enter();
                self.finish();
            }
            Start::Poll(wakes) => {
                self.enter();
                self.poll(wakes, enough);
            }
        }
        true
    }

    fn poll(&self, wakes: Wakes, enough: usize) {
        let ready = self.with_future(|future| {
            let seen = future
                .as_mut()
                .expect("a future that was dropped is not polled");
            // Ordering: Relaxed, so that only the state word can be what makes the news visible.
            *seen = self.news.load(Relaxed);
            *seen >= enough
        });
        if ready {
            return self.finish();
        }
        self.leave();
        match self.state.end(wakes) {
            End::Idle => {}
            End::Again => self.enqueue_if(true),
            End::Cancelled => {
                self.enter();
                self.finish();
            }
        }
    }

    /// Drops the future, stores an output, and completes.
    fn finish(&self) {
        let dropped = self.with_future(Option::take);
        assert!(dropped.is_some(), "a future is dropped once");
        // SAFETY: loom checks that accesses to the cell are ordered.
        self.output.with_mut(|output| unsafe { *output = Some(()) });
        self.leave();
        let found = self.state.complete();
        if found.wake_join {
            // SAFETY: loom checks that accesses to the cell are ordered.
            let waker = self
                .join_cell
                .with_mut(|cell| unsafe { std::mem::take(&mut *cell) });
            self.join_woken.fetch_add(usize::from(waker), SeqCst);
        }
        if found.drop_output {
            self.take_output();
        }
    }

    fn take_output(&self) {
        // SAFETY: loom checks that accesses to the cell are ordered.
        let output = self.output.with_mut(|output| unsafe { (*output).take() });
        self.ended.fetch_add(usize::from(output.is_some()), SeqCst);
    }

    /// What a join handle does when it is polled: true if it got the output.
    fn poll_join(&self) -> bool {
        if !self.state.is_complete() && self.state.withdraw_join_waker() {
            // SAFETY: loom checks that accesses to the cell are ordered.
            self.join_cell.with_mut(|cell| unsafe { *cell = true });
            if self.state.publish_join_waker() {
                return false;
            }
        }
        self.take_output();
        true
    }

    fn drop_handle(&self) {
        let mine = self.state.drop_handle();
        if mine.take_output {
            self.take_output();
        }
        if mine.take_waker {
            // SAFETY: loom checks that accesses to the cell are ordered.
            self.join_cell.with_mut(|cell| unsafe { *cell = false });
        }
    }

    fn future_is_gone(&self) -> bool {
        self.with_future(|future| future.is_none())
    }
}

/// Runs `f` with a share of the model on another thread.
fn spawn(model: &Arc<Model>, f: impl FnOnce(&Model) + 'static) -> thread::JoinHandle<()> {
    let model = model.clone();
    thread::spawn(move || f(&model))
}

/// mutant: `end_forgets_a_wake`
#[test]
fn a_wake_at_any_moment_is_seen_by_a_later_poll() {
    loom::model(|| {
        let model = Model::new();
        let waker = spawn(&model, |model| {
            model.news.store(1, Relaxed);
            model.wake();
        });
        while model.run_one(1) {}
        waker.join().unwrap();
        while model.run_one(1) {}
        assert!(
            model.future_is_gone(),
            "a wake was lost: the task sleeps on old news"
        );
    });
}

/// mutant: `every_wake_enqueues`
#[test]
fn two_workers_are_never_inside_one_future() {
    loom::model(|| {
        let model = Model::new();
        let other = spawn(&model, |model| {
            model.news.store(1, Relaxed);
            model.wake();
            while model.run_one(1) {}
        });
        while model.run_one(1) {}
        other.join().unwrap();
        while model.run_one(1) {}
        assert!(model.future_is_gone());
        let entries = model.queue.lock().unwrap().len();
        assert_eq!(entries, 0, "one entry for one wake");
    });
}

/// mutant: `abort_does_not_wake`
#[test]
fn an_abort_at_any_moment_drops_the_future_once() {
    loom::model(|| {
        let model = Model::new();
        let aborts = spawn(&model, Model::abort);
        let worker = spawn(&model, |model| while model.run_one(1) {});
        aborts.join().unwrap();
        worker.join().unwrap();
        while model.run_one(1) {}
        assert!(model.future_is_gone(), "an aborted task keeps its future");
    });
}

/// mutant: `abort_claims_a_running_task`
#[test]
fn a_shutdown_and_a_worker_agree_on_who_drops_the_future() {
    loom::model(|| {
        let model = Model::new();
        let worker = spawn(&model, |model| while model.run_one(1) {});
        let waker = spawn(&model, Model::wake);
        // What the list does that the task is in.
        if model.state.abort() {
            model.enter();
            model.finish();
        }
        worker.join().unwrap();
        waker.join().unwrap();
        // A task that was queued or running is in the hands of its entry's holder.
        while model.run_one(1) {}
        assert!(model.future_is_gone(), "a shutdown left a future behind");
    });
}

/// mutant: `publish_ignores_completion`
#[test]
fn a_join_handle_that_waits_is_woken() {
    loom::model(|| {
        let model = Model::new();
        model.news.store(1, Relaxed);
        let worker = spawn(&model, |model| while model.run_one(1) {});
        // Two polls: the second one puts in a newer waker.
        let mut got = model.poll_join();
        if !got {
            got = model.poll_join();
        }
        worker.join().unwrap();
        let woken = model.join_woken.load(SeqCst) == 1;
        assert!(got || woken, "a join handle sleeps on a complete task");
        assert!(got || model.poll_join());
        assert_eq!(model.ended.load(SeqCst), 1, "the output is taken once");
    });
}

/// mutant: `nobody_drops_the_output`
#[test]
fn an_output_is_dropped_once_by_the_handle_or_by_the_completer() {
    loom::model(|| {
        let model = Model::new();
        model.news.store(1, Relaxed);
        let worker = spawn(&model, |model| while model.run_one(1) {});
        let waits = !model.poll_join();
        if waits {
            model.drop_handle();
        }
        worker.join().unwrap();
        assert_eq!(
            model.ended.load(SeqCst),
            1,
            "an output was dropped by nobody, or twice"
        );
    });
}
