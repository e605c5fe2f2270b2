//! Under every schedule the runtime keeps its promises: tasks, sets, aborts, timeouts, panics, and what is left behind.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::seeds;
use stage4_waker::channel::{mpsc, oneshot};
use stage5_full::explore::{Explorer, explore};
use stage5_full::runtime::Handle;
use stage5_full::task::{JoinSet, yield_now};
use stage5_full::time::{interval, now, sleep, timeout};
use stage5_full::{net, spawn};

const MS: Duration = Duration::from_millis(1);

#[test]
fn outputs_leave_a_set_in_the_order_in_which_tasks_finish() {
    explore(seeds(50), || async {
        let mut set = JoinSet::new();
        for hours in [2_u32, 3, 1] {
            set.spawn(async move {
                sleep(hours * 3600 * 1000 * MS).await;
                hours
            });
        }
        assert_eq!(set.join_all().await, [1, 2, 3]);
    });
}

#[test]
fn an_abort_ends_a_task_wherever_it_is() {
    explore(seeds(100), || async {
        let (sender, receiver) = oneshot::channel::<()>();
        let waits = spawn(async move {
            yield_now().await;
            receiver.await.unwrap();
        });
        yield_now().await;
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        assert!(sender.is_closed(), "the future was not dropped");
    });
}

#[test]
fn a_timeout_comes_at_its_moment_whoever_polls() {
    explore(seeds(50), || async {
        let start = now();
        let limited = spawn(timeout(5 * MS, sleep(6 * MS)));
        let in_time = spawn(timeout(6 * MS, sleep(5 * MS)));
        assert!(limited.await.unwrap().is_err());
        assert!(in_time.await.unwrap().is_ok());
        assert_eq!(now() - start, 5 * MS);
    });
}

#[test]
fn an_interval_ticks_in_virtual_time() {
    explore(seeds(20), || async {
        let start = now();
        let mut interval = interval(1000 * MS);
        for tick in 0..5 {
            assert_eq!(interval.tick().await - start, tick * 1000 * MS);
        }
        assert_eq!(now() - start, 4000 * MS);
    });
}

#[test]
fn a_panic_goes_to_its_join_handle_and_siblings_go_on() {
    explore(seeds(50), || async {
        let panics = spawn(async {
            yield_now().await;
            panic!("on purpose");
        });
        let goes_on = spawn(async {
            yield_now().await;
            7
        });
        assert!(panics.await.unwrap_err().is_panic());
        assert_eq!(goes_on.await.unwrap(), 7);
    });
}

#[test]
fn a_panic_of_the_program_itself_is_its_failure() {
    let failure = Explorer::seed(3).run(|| async { panic!("on purpose") });
    assert_eq!(failure.unwrap_err().reason, "panicked: on purpose");
    let failure = Explorer::seed(3).run(|| -> std::future::Ready<()> { panic!("on purpose") });
    assert_eq!(failure.unwrap_err().reason, "panicked: on purpose");
}

/// Counts drops.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn what_the_program_leaves_behind_is_dropped_once_also_when_it_fails() {
    for fails in [false, true] {
        for seed in seeds(50) {
            let drops = Arc::new(AtomicUsize::new(0));
            let result = Explorer::seed(seed).run(|| leaves_tasks_behind(drops.clone(), fails));
            assert_eq!(result.is_err(), fails);
            assert_eq!(drops.load(SeqCst), 10);
        }
    }
}

async fn leaves_tasks_behind(drops: Arc<AtomicUsize>, fails: bool) {
    for _ in 0..10 {
        let dropped = Dropped(drops.clone());
        spawn(async move {
            let _dropped = dropped;
            std::future::pending::<()>().await;
        });
    }
    yield_now().await;
    assert!(!fails);
}

#[test]
fn a_socket_is_served_whoever_polls_its_task() {
    explore(seeds(50), || async {
        let listener = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move { listener.accept().await.unwrap().0 });
        let stream = net::TcpStream::connect(address).await.unwrap();
        let served = server.await.unwrap();
        let (reads, writes) = served.into_split();
        let writer = spawn(async move {
            for byte in 0..50 {
                writes.write_all(&[byte]).await.unwrap();
                yield_now().await;
            }
        });
        let mut bytes = [0; 50];
        stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes.to_vec(), (0..50).collect::<Vec<u8>>());
        writer.await.unwrap();
        drop(stream);
        assert_eq!(reads.read(&mut bytes).await.unwrap(), 0);
    });
}

#[test]
fn values_of_a_channel_come_in_the_order_of_their_sender() {
    explore(seeds(100), || async {
        let (sender, mut receiver) = mpsc::channel(1);
        for from in 0..3 {
            let sender = sender.clone();
            spawn(async move {
                for value in 0..5 {
                    sender.send((from, value)).await.unwrap();
                }
            });
        }
        drop(sender);
        let mut next = [0; 3];
        while let Some((from, value)) = receiver.recv().await {
            assert_eq!(value, next[from]);
            next[from] += 1;
        }
        assert_eq!(next, [5; 3]);
    });
}

/// A future that knows whether it is being polled, and how often it has completed.
struct Watched<F> {
    future: Pin<Box<F>>,
    polled: AtomicBool,
    completed: Arc<AtomicUsize>,
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        assert!(!self.polled.swap(true, SeqCst), "polled by two at once");
        let result = self.future.as_mut().poll(cx);
        self.polled.store(false, SeqCst);
        if result.is_ready() {
            self.completed.fetch_add(1, SeqCst);
        }
        result
    }
}

/// Forty tasks that yield, sleep and pass a value round.
async fn a_busy_crowd(completed: Arc<AtomicUsize>) {
    let mut set = JoinSet::new();
    let (first, mut receiver) = mpsc::channel(1);
    for number in 0..40_u32 {
        let (sender, next) = mpsc::channel(1);
        let mut previous = std::mem::replace(&mut receiver, next);
        let work = async move {
            for _ in 0..number % 5 {
                yield_now().await;
            }
            sleep(number % 3 * MS).await;
            let value = previous.recv().await.unwrap();
            sender.send(value + 1).await.unwrap();
        };
        set.spawn(Watched {
            future: Box::pin(work),
            polled: AtomicBool::new(false),
            completed: completed.clone(),
        });
    }
    first.send(0).await.unwrap();
    assert_eq!(receiver.recv().await, Some(40));
    set.join_all().await;
    assert_eq!(completed.load(SeqCst), 40);
    let metrics = Handle::current().metrics();
    assert_eq!(metrics.num_workers(), 4);
}

#[test]
fn each_of_many_tasks_completes_once_and_is_polled_by_one_worker_at_a_time() {
    let run = || a_busy_crowd(Arc::default());
    Explorer::new(seeds(200)).workers(4).run(run).unwrap();
}

/// What the events say of each task: a poll ends before the next one begins, and one end.
#[test]
fn polls_do_not_overlap_and_each_task_ends_once() {
    for seed in seeds(50) {
        let run = || a_busy_crowd(Arc::default());
        let events = Explorer::seed(seed).workers(4).events(run);
        let mut ends = BTreeMap::new();
        let mut running = None;
        for event in &events {
            let words: Vec<_> = event.split_whitespace().collect();
            match words[2] {
                "spawn" => assert_eq!(ends.insert(words[3], 0), None),
                "resume" => assert_eq!(running.replace(words[3]), None, "{event}"),
                "suspend" => assert_eq!(running.take(), Some(words[3]), "{event}"),
                "complete" => {
                    assert_eq!(running.take(), Some(words[3]), "{event}");
                    *ends.get_mut(words[3]).unwrap() += 1;
                }
                _ => {}
            }
        }
        assert_eq!(ends.len(), 41);
        assert!(ends.values().all(|count| *count == 1), "{ends:?}");
    }
}
