//! Shutdown, whatever a task is doing just then: its future, and its output, are dropped exactly once.

use std::any::Any;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use futures::FutureExt;
use stage4_waker::channel::oneshot;
use stage5_full::net::UdpSocket;
use stage5_full::runtime::{Builder, Handle, Runtime};
use stage5_full::task::{self, JoinHandle};
use stage5_full::time;

/// Counts how often it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Brings a task with `Counted` into some state. What it returns is dropped after the runtime.
type Bring = fn(&Runtime, Counted) -> Box<dyn Any>;

/// Two workers, and one thread for blocking calls.
fn shut_down_with(bring: Bring) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let drops = Arc::new(AtomicUsize::new(0));
    let kept = bring(&runtime, Counted(drops.clone()));
    drop(runtime);
    drop(kept);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

/// Holds workers, each in a poll that lasts until shutdown has begun. Then the global queue is emptied; and with a task that waits
/// there goes what all of them wait for.
#[derive(Default)]
struct Hold(Vec<mpsc::Sender<()>>);

impl Hold {
    /// Holds whichever worker this runs on, until the sender is gone.
    fn hold(&mut self) -> impl FnOnce() + Send + 'static {
        let (until_shutdown, wait) = mpsc::channel();
        self.0.push(until_shutdown);
        move || assert!(wait.recv().is_err())
    }

    /// Holds one worker, in the poll of a task that has done this first and keeps what it returned.
    fn worker<T: Send + 'static>(
        &mut self,
        runtime: &Runtime,
        first: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<()> {
        let (held, is_held) = mpsc::channel();
        let hold = self.hold();
        let task = runtime.spawn(async move {
            let _kept = first();
            held.send(()).unwrap();
            hold();
            pending().await
        });
        is_held.recv().unwrap();
        task
    }

    /// To be called when all workers are held.
    fn until_shutdown(self, runtime: &Runtime) {
        drop(runtime.spawn(async move {
            let _until_shutdown = self;
            unreachable!("all workers are held");
        }));
    }
}

/// Starts a task that keeps it and waits like this, and returns when it does.
fn waits<F>(runtime: &Runtime, counted: Counted, wait: F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (waiting, is_waiting) = mpsc::channel();
    let task = runtime.spawn(async move {
        let _counted = counted;
        // From left to right: when this is sent, the other one waits.
        futures::join!(wait, async { waiting.send(()).unwrap() });
    });
    is_waiting.recv().unwrap();
    task
}

#[test]
fn a_task_in_the_global_queue() {
    shut_down_with(|runtime, counted| {
        let mut hold = Hold::default();
        (0..2).for_each(|_| drop(hold.worker(runtime, || ())));
        let task = runtime.spawn(async move {
            let _counted = counted;
            unreachable!("all workers are held");
        });
        hold.until_shutdown(runtime);
        Box::new(task)
    });
}

#[test]
fn a_task_in_the_queue_of_a_worker() {
    shut_down_with(|runtime, counted| {
        let mut hold = Hold::default();
        drop(hold.worker(runtime, || ()));
        let queue_it = || {
            task::spawn(async move {
                let _counted = counted;
                unreachable!("all workers are held");
            })
        };
        drop(hold.worker(runtime, queue_it));
        hold.until_shutdown(runtime);
        Box::new(())
    });
}

#[test]
fn a_task_that_was_woken_by_a_worker_that_is_held() {
    shut_down_with(|runtime, counted| {
        let (wake, woken) = oneshot::channel::<()>();
        let wait = async {
            woken.await.unwrap();
            pending().await
        };
        drop(waits(runtime, counted, wait));
        let mut hold = Hold::default();
        drop(hold.worker(runtime, || ()));
        drop(hold.worker(runtime, || wake.send(()).unwrap()));
        hold.until_shutdown(runtime);
        Box::new(())
    });
}

#[test]
fn a_task_that_is_being_polled() {
    shut_down_with(|runtime, counted| {
        let mut hold = Hold::default();
        drop(hold.worker(runtime, || ()));
        drop(hold.worker(runtime, || counted));
        hold.until_shutdown(runtime);
        Box::new(())
    });
}

#[test]
fn a_task_that_is_being_polled_and_is_aborted() {
    shut_down_with(|runtime, counted| {
        let mut hold = Hold::default();
        drop(hold.worker(runtime, || ()));
        let task = hold.worker(runtime, || counted);
        task.abort();
        hold.until_shutdown(runtime);
        Box::new(task)
    });
}

#[test]
fn a_task_that_nothing_will_wake() {
    shut_down_with(|runtime, counted| Box::new(waits(runtime, counted, pending())));
}

#[test]
fn a_task_that_waits_at_a_channel() {
    shut_down_with(|runtime, counted| {
        let (sender, receiver) = oneshot::channel::<()>();
        drop(waits(runtime, counted, receiver.map(drop)));
        Box::new(sender)
    });
}

#[test]
fn a_task_that_waits_at_a_timer() {
    shut_down_with(|runtime, counted| {
        let sleep = time::sleep(Duration::from_secs(1000));
        Box::new(waits(runtime, counted, sleep))
    });
}

#[test]
fn a_task_that_waits_at_a_socket() {
    shut_down_with(|runtime, counted| {
        let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
        let receive = async move { drop(socket.recv_from(&mut [0]).await) };
        Box::new(waits(runtime, counted, receive))
    });
}

#[test]
fn a_task_that_waits_for_another() {
    shut_down_with(|runtime, counted| {
        let other = runtime.spawn(pending::<()>());
        Box::new(waits(runtime, counted, other.map(drop)))
    });
}

#[test]
fn a_task_that_is_always_ready() {
    shut_down_with(|runtime, counted| {
        let restless = async {
            loop {
                task::yield_now().await;
            }
        };
        Box::new(waits(runtime, counted, restless))
    });
}

/// Waits until a task is complete, without taking its output.
fn complete<T>(task: JoinHandle<T>) -> JoinHandle<T> {
    while !task.is_finished() {
        thread::yield_now();
    }
    task
}

#[test]
fn a_task_that_is_complete_and_whose_output_is_not_taken() {
    shut_down_with(|runtime, counted| Box::new(complete(runtime.spawn(async move { counted }))));
}

#[test]
fn a_task_that_is_complete_and_detached() {
    shut_down_with(|runtime, counted| {
        drop(complete(runtime.spawn(async move { counted })));
        Box::new(())
    });
}

#[test]
fn a_task_that_has_panicked() {
    shut_down_with(|runtime, counted| {
        let task: JoinHandle<()> = runtime.spawn(async move {
            let _counted = counted;
            panic!("on purpose");
        });
        Box::new(complete(task))
    });
}

#[test]
fn a_blocking_call_that_is_under_way() {
    shut_down_with(|runtime, counted| blocking_calls(runtime, Some(counted), None));
}

#[test]
fn a_blocking_call_that_has_not_begun() {
    shut_down_with(|runtime, counted| blocking_calls(runtime, None, Some(counted)));
}

/// The pool has one thread: the first call holds it until shutdown, the second one waits.
fn blocking_calls(
    runtime: &Runtime,
    under_way: Option<Counted>,
    not_begun: Option<Counted>,
) -> Box<dyn Any> {
    let mut hold = Hold::default();
    (0..2).for_each(|_| drop(hold.worker(runtime, || ())));
    let (begins, begun) = mpsc::channel();
    let wait = hold.hold();
    let first = runtime.spawn_blocking(move || {
        let _counted = under_way;
        begins.send(()).unwrap();
        wait();
    });
    begun.recv().unwrap();
    let second = runtime.spawn_blocking(move || {
        let _counted = not_begun;
        unreachable!("the thread is busy until shutdown");
    });
    hold.until_shutdown(runtime);
    Box::new((first, second))
}

/// Says whether it could enter a runtime when it was dropped.
struct EntersAtDrop(Handle, mpsc::Sender<()>);

impl Drop for EntersAtDrop {
    fn drop(&mut self) {
        drop(self.0.enter());
        let _ = self.1.send(());
    }
}

/// The worker that wakes them is in a poll: their futures are dropped inside its wakes.
#[test]
fn tasks_that_a_full_queue_refuses_may_enter_a_runtime_as_they_are_dropped() {
    const MORE_THAN_FIT: usize = 300;
    let runtime = Builder::new_multi_thread().worker_threads(1).build();
    let runtime = runtime.unwrap();
    let (dropped, drops) = mpsc::channel();
    let waking: Vec<_> = (0..MORE_THAN_FIT)
        .map(|_| {
            let (wake, woken) = oneshot::channel::<()>();
            let entering = EntersAtDrop(runtime.handle().clone(), dropped.clone());
            let task: JoinHandle<()> = runtime.spawn(async move {
                let _entering = entering;
                let _ = woken.await;
                pending().await
            });
            (wake, task)
        })
        .collect();
    let mut hold = Hold::default();
    let wait = hold.hold();
    let (held, is_held) = mpsc::channel();
    let wakes: JoinHandle<()> = runtime.spawn(async move {
        held.send(()).unwrap();
        wait();
        let tasks = waking.into_iter().map(|(wake, task)| {
            wake.send(()).unwrap();
            task
        });
        drop(tasks.collect::<Vec<_>>());
        pending().await
    });
    is_held.recv().unwrap();
    hold.until_shutdown(&runtime);
    drop((wakes, runtime, dropped));
    assert_eq!(drops.iter().count(), MORE_THAN_FIT);
}
