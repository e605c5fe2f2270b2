//! Poll only what was woken: the idea of this stage, complete.
//!
//! Three tasks wait on one thread. Each leaves a waker with what it waits for; the waker puts the task into a queue, and
//! the executor polls what is in the queue and nothing else. The threads behind `Sleep` stand for the reactor.
//!
//! Run it: `cargo run -p stage4-waker --example minimal`

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

type BoxedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who is to be polled. It is all that wakers and the executor share.
#[derive(Default)]
struct Queue {
    ready: Mutex<VecDeque<Arc<Task>>>,
    not_empty: Condvar,
}

impl Queue {
    fn push(&self, task: Arc<Task>) {
        self.ready.lock().unwrap().push_back(task);
        self.not_empty.notify_one();
    }

    /// The next task, for which the thread sleeps if it must.
    fn pop(&self) -> Arc<Task> {
        let mut ready = self.ready.lock().unwrap();
        loop {
            match ready.pop_front() {
                Some(task) => return task,
                None => ready = self.not_empty.wait(ready).unwrap(),
            }
        }
    }
}

/// A future, and the queue that it goes into when it is woken.
struct Task {
    future: Mutex<BoxedFuture>,
    polls: AtomicUsize,
    queue: Arc<Queue>,
}

// region: wake
// The idea of this stage: a `Waker` is a task, seen as something that can be put into its queue.
impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.queue.clone().push(self);
    }
}
// endregion: wake

impl Task {
    /// Polls the future once. Whether it is done.
    fn poll(self: &Arc<Self>) -> bool {
        self.polls.fetch_add(1, Ordering::Relaxed);
        let waker = Waker::from(self.clone());
        let mut cx = Context::from_waker(&waker);
        let mut future = self.future.lock().unwrap();
        future.as_mut().poll(&mut cx).is_ready()
    }
}

/// Runs all futures to their ends; returns how often each was polled.
fn run(futures: impl IntoIterator<Item = BoxedFuture>) -> Vec<usize> {
    let queue = Arc::new(Queue::default());
    let mut tasks = Vec::new();
    for future in futures {
        tasks.push(Arc::new(Task {
            future: Mutex::new(future),
            polls: AtomicUsize::new(0),
            queue: queue.clone(),
        }));
    }
    tasks.iter().for_each(|task| queue.push(task.clone()));
    let mut unfinished = tasks.len();
    // region: run
    while unfinished > 0 {
        unfinished -= usize::from(queue.pop().poll());
    }
    // endregion: run
    let polls = |task: Arc<Task>| task.polls.load(Ordering::Relaxed);
    tasks.into_iter().map(polls).collect()
}

/// The leaf: ready when its time is over. Until then it leaves its waker with those who will know.
struct Sleep(Arc<Mutex<Wait>>);

#[derive(Default)]
struct Wait {
    is_over: bool,
    waker: Option<Waker>,
}

fn sleep(milliseconds: u64) -> Sleep {
    let wait = Arc::<Mutex<Wait>>::default();
    let other = wait.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(milliseconds));
        let mut wait = other.lock().unwrap();
        wait.is_over = true;
        // Called after the lock is released: a waker is somebody else's code.
        let waker = wait.waker.take();
        drop(wait);
        waker.into_iter().for_each(Waker::wake);
    });
    Sleep(wait)
}

// region: leaf
impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut wait = self.0.lock().unwrap();
        if wait.is_over {
            return Poll::Ready(());
        }
        // Looked and left under one lock: the waker is never left too late. The latest one counts.
        let old = wait.waker.replace(cx.waker().clone());
        drop(wait);
        drop(old); // Without the lock: a waker is somebody else's code.
        Poll::Pending
    }
}
// endregion: leaf

async fn waits(name: &'static str, milliseconds: u64) {
    println!("  {name} waits {milliseconds} ms");
    sleep(milliseconds).await;
    println!("  {name} is done");
}

fn main() {
    let tasks = [("first", 300), ("second", 100), ("third", 200)];
    let polls = run(tasks.map(|(name, time)| Box::pin(waits(name, time)) as BoxedFuture));
    println!("polls: {polls:?}, two for each: at its start, and when it was woken");
}

#[test]
fn each_task_is_polled_at_its_start_and_when_it_was_woken() {
    let polls = run((20..40).map(|time| Box::pin(waits("task", time)) as BoxedFuture));
    assert!(polls.iter().all(|polls| *polls <= 2), "{polls:?}");
}
