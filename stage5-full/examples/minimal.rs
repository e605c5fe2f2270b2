//! The idea of stage 5 in one file of the standard library alone: several threads run the tasks, each from a queue of its
//! own, and one that has nothing to do takes from another's.
//!
//! `cargo run --release -p stage5-full --example minimal`
//!
//! The real one differs in what things cost: queues without a lock, sleepers that wait in a reactor each.

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;

thread_local! {
    /// The number of the worker that this thread is.
    static WORKER: Cell<Option<usize>> = const { Cell::new(None) };
}

type BoxedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    /// The lock keeps a second worker away while one polls: a task may be queued again during its poll.
    future: Mutex<Option<BoxedFuture>>,
    /// Whether it is in a queue, so that four wakes make one poll.
    queued: AtomicBool,
    pool: Arc<Pool>,
}

struct Pool {
    queues: Vec<Mutex<VecDeque<Arc<Task>>>>,
    /// How many tasks are in the queues. A worker sleeps only while it is 0.
    ready: Mutex<usize>,
    one_is_ready: Condvar,
    unfinished: AtomicUsize,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.pool.clone().push(self);
        }
    }
}

impl Pool {
    fn new(workers: usize) -> Arc<Self> {
        Arc::new(Pool {
            queues: (0..workers).map(|_| Mutex::default()).collect(),
            ready: Mutex::new(0),
            one_is_ready: Condvar::new(),
            unfinished: AtomicUsize::new(0),
        })
    }

    fn spawn(self: &Arc<Self>, future: impl Future<Output = ()> + Send + 'static) {
        self.unfinished.fetch_add(1, Ordering::Relaxed);
        let task = Task {
            future: Mutex::new(Some(Box::pin(future))),
            queued: AtomicBool::new(true),
            pool: self.clone(),
        };
        self.push(Arc::new(task));
    }

    /// Onto this worker's own queue; from any other thread onto the first.
    fn push(&self, task: Arc<Task>) {
        let mine = WORKER.get().unwrap_or(0);
        self.queues[mine].lock().unwrap().push_back(task);
        *self.ready.lock().unwrap() += 1;
        self.one_is_ready.notify_one();
    }

    /// From this worker's own queue; or else the oldest of another one's.
    fn next(&self, me: usize) -> Option<Arc<Task>> {
        let workers = self.queues.len();
        (me..me + workers).find_map(|worker| {
            let task = self.queues[worker % workers].lock().unwrap().pop_front()?;
            *self.ready.lock().unwrap() -= 1;
            Some(task)
        })
    }

    fn work(&self, me: usize) {
        WORKER.set(Some(me));
        while self.unfinished.load(Ordering::Acquire) > 0 {
            match self.next(me) {
                Some(task) => self.poll(task),
                None => self.sleep(),
            }
        }
    }

    fn poll(&self, task: Arc<Task>) {
        let mut future = task.future.lock().unwrap();
        // Before the poll: a wake during it is a new one. A swap, since the poll must see what was done before the earlier ones.
        task.queued.swap(false, Ordering::Acquire);
        let waker = Waker::from(task.clone());
        let Some(running) = &mut *future else { return };
        if running
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            *future = None;
            if self.unfinished.fetch_sub(1, Ordering::AcqRel) == 1 {
                // Under the lock, so that nobody is between looking and sleeping.
                let _ready = self.ready.lock().unwrap();
                self.one_is_ready.notify_all();
            }
        }
    }

    fn sleep(&self) {
        let nothing_to_do =
            |ready: &mut usize| *ready == 0 && self.unfinished.load(Ordering::Acquire) > 0;
        let ready = self.ready.lock().unwrap();
        drop(self.one_is_ready.wait_while(ready, nothing_to_do).unwrap());
    }

    /// Runs all tasks on all workers until none is left.
    fn run(self: &Arc<Self>) {
        thread::scope(|scope| {
            for me in 0..self.queues.len() {
                scope.spawn(move || self.work(me));
            }
        });
    }
}

fn main() {
    let pool = Pool::new(2);
    let (inside, barrier) = (pool.clone(), Arc::new(Barrier::new(2)));
    pool.spawn(async move {
        let meet = barrier.clone();
        // The child goes into this worker's queue, and this worker is then held until the child has run.
        inside.spawn(async move {
            meet.wait();
        });
        barrier.wait();
    });
    pool.run();
    println!("the child of a task that holds its worker was stolen and run by the other worker");
}

#[test]
fn a_worker_without_tasks_takes_one_from_a_worker_that_is_held() {
    main();
}
