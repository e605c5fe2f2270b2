//! Workers fall asleep and are woken, from all sides and at all moments: nothing is lost, and the end finds everybody.
//!
//! If a wake gets lost, it is one that comes while a worker is between its last look for work and its sleep. So these
//! tests wake right then: over and over, each time a little earlier or later. A wake that is lost for good would be a hang. One that is only
//! late, because a watcher mends it a tick later, or too rare to be met like this, loom meets: see `runtime/idle/model.rs`.

use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use futures::future::join_all;
use stage4_waker::channel::mpsc as queue;
use stage5_full::net::UdpSocket;
use stage5_full::runtime::{Builder, Runtime};
use stage5_full::{task, time};

/// Only a hang takes so long.
const HANGS: Duration = Duration::from_secs(60);

fn runtime(workers: usize) -> Runtime {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build();
    runtime.expect("a runtime")
}

/// Nothing up to some microseconds, different from round to round.
fn dither(round: usize) {
    (0..(round * 37) % 100).for_each(|_| hint::spin_loop());
}

/// How many wakes have been answered by a task.
#[derive(Clone, Default)]
struct Answers(Arc<AtomicUsize>);

impl Answers {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// Waits without sleeping, so as to see the last answer while the worker that gave it looks for more work.
    fn wait_for(&self, count: usize, runtime: &Runtime) {
        let begin = Instant::now();
        while self.0.load(Ordering::Acquire) < count {
            hint::spin_loop();
            if begin.elapsed() > Duration::from_millis(1) {
                // There may be fewer cores than threads.
                thread::yield_now();
            }
            assert!(
                begin.elapsed() < HANGS,
                "wake {count} was lost: {:?}",
                runtime.metrics()
            );
        }
    }
}

/// Something that wakes a task, which then answers.
type Side = Box<dyn Fn() + Send>;

/// Wakes a task that waits at a channel.
fn channel(runtime: &Runtime, answers: &Answers) -> Side {
    let (wake, mut wakes) = queue::unbounded_channel();
    let answers = answers.clone();
    drop(runtime.spawn(async move {
        while wakes.recv().await.is_some() {
            answers.add();
        }
    }));
    Box::new(move || wake.send(()).unwrap())
}

/// Wakes a task that waits at a socket.
fn socket(runtime: &Runtime, answers: &Answers) -> Side {
    let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap();
    let address = socket.local_addr().unwrap();
    let answers = answers.clone();
    drop(runtime.spawn(async move {
        while socket.recv_from(&mut [0]).await.is_ok() {
            answers.add();
        }
    }));
    let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    Box::new(move || assert_eq!(sender.send_to(&[0], address).unwrap(), 1))
}

/// Spawns a task.
fn spawn(runtime: &Runtime, answers: &Answers) -> Side {
    let (handle, answers) = (runtime.handle().clone(), answers.clone());
    Box::new(move || {
        let answers = answers.clone();
        drop(handle.spawn(async move { answers.add() }));
    })
}

#[test]
fn a_wake_is_not_lost_on_a_worker_that_is_just_falling_asleep() {
    const ROUNDS: usize = 3000;
    for workers in [1, 2, 4] {
        for side in [channel, socket, spawn] {
            let (runtime, answers) = (runtime(workers), Answers::default());
            let wake = side(&runtime, &answers);
            for round in 1..=ROUNDS {
                wake();
                answers.wait_for(round, &runtime);
                dither(round);
            }
        }
    }
}

#[test]
fn what_one_poll_of_block_on_spawns_is_run_during_that_poll_and_after_it() {
    const ROUNDS: usize = 200;
    for workers in [1, 2, 4] {
        let (runtime, answers) = (runtime(workers), Answers::default());
        let spawn = spawn(&runtime, &answers);
        runtime.block_on(async {
            // One poll: only the first of these wakes somebody, and by then the others find the workers asleep, or nearly.
            for round in 1..=ROUNDS {
                spawn();
                answers.wait_for(round, &runtime);
                dither(round);
            }
            spawn();
        });
        answers.wait_for(ROUNDS + 1, &runtime);
    }
}

#[test]
fn no_wake_is_lost_when_idle_workers_are_woken_from_many_sides_at_once() {
    const ROUNDS: usize = 1000;
    for workers in [1, 2, 4] {
        let (runtime, answers) = (runtime(workers), Answers::default());
        let sides = [channel, socket, spawn].map(|side| side(&runtime, &answers));
        let start = Barrier::new(sides.len() + 1);
        thread::scope(|scope| {
            for (number, wake) in sides.into_iter().enumerate() {
                let start = &start;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        start.wait();
                        dither(round * (number + 1));
                        wake();
                    }
                });
            }
            for round in 1..=ROUNDS {
                start.wait();
                answers.wait_for(3 * round, &runtime);
            }
        });
    }
}

/// Has workers fall asleep and get up all the time.
async fn restless() {
    loop {
        let (send, mut receive) = queue::channel(1);
        let other = task::spawn(async move { receive.recv().await });
        send.send(()).await.unwrap();
        other.await.unwrap();
        time::sleep(Duration::from_micros(50)).await;
    }
}

#[test]
fn no_timer_is_lost_after_many_have_fired_that_no_worker_gets_up_for() {
    const ROUNDS: usize = 10;
    const MANY: usize = 100;
    for workers in [1, 2, 4] {
        let (fired, fires) = mpsc::channel();
        let runtime = runtime(workers);
        let rounds = thread::spawn(move || {
            for round in 0..ROUNDS {
                // Its timers are at the workers' reactors, in turn, and wake no task of theirs.
                runtime.block_on(async {
                    let deadline = time::now() + Duration::from_millis(5);
                    let sleeps = (0..MANY * workers + round).map(|_| time::sleep_until(deadline));
                    join_all(sleeps).await;
                    for _ in 0..workers {
                        time::sleep(Duration::from_millis(5)).await;
                    }
                });
                fired.send(round).unwrap();
            }
        });
        for round in 0..ROUNDS {
            assert_eq!(
                fires.recv_timeout(HANGS).ok(),
                Some(round),
                "nobody woke for a timer"
            );
        }
        rounds.join().unwrap();
    }
}

#[test]
fn shutdown_reaches_workers_that_are_just_falling_asleep() {
    const ROUNDS: usize = 500;
    let (ended, ends) = mpsc::channel();
    let rounds = thread::spawn(move || {
        for round in 0..ROUNDS {
            let runtime = runtime(1 + round % 4);
            for _ in 0..round % 3 {
                drop(runtime.spawn(restless()));
            }
            dither(round * 7);
            drop(runtime);
            ended.send(round).unwrap();
        }
    });
    for round in 0..ROUNDS {
        let end = ends.recv_timeout(HANGS);
        assert_eq!(end.ok(), Some(round), "a worker sleeps on after shutdown");
    }
    rounds.join().unwrap();
}
