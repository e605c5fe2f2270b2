//! `join`, `join_all`, `race` and `yield_now`: who is polled, how often, and who is dropped when.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use stage3_executor::Executor;
use stage3_executor::future::{join, join_all, race, yield_now};

/// Is ready at its n-th poll, and records its polls and its drop.
struct Probe {
    name: &'static str,
    polls_left: usize,
    log: Rc<RefCell<Vec<String>>>,
}

impl Future for Probe {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        let left = self.polls_left.checked_sub(1);
        self.polls_left = left.expect("not polled again after it was ready");
        self.log.borrow_mut().push(format!("poll {}", self.name));
        match self.polls_left {
            0 => Poll::Ready(self.name),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("drop {}", self.name));
    }
}

#[derive(Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn probe(&self, name: &'static str, polls: usize) -> Probe {
        Probe {
            name,
            polls_left: polls,
            log: Rc::clone(&self.0),
        }
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn join_gives_both_results_and_drops_each_future_when_it_is_done() {
    let log = Log::default();
    let mut both = pin!(join(log.probe("a", 3), log.probe("b", 1)));
    assert!(poll(both.as_mut()).is_pending());
    assert_eq!(log.take(), ["poll a", "poll b", "drop b"]);
    assert!(poll(both.as_mut()).is_pending());
    assert_eq!(log.take(), ["poll a"]);
    assert_eq!(poll(both.as_mut()), Poll::Ready(("a", "b")));
    assert_eq!(log.take(), ["poll a", "drop a"]);
}

#[test]
fn join_all_gives_the_results_in_the_order_of_the_futures() {
    let log = Log::default();
    let probes = [("a", 2), ("b", 3), ("c", 1)].map(|(name, polls)| log.probe(name, polls));
    let mut all = pin!(join_all(probes));
    assert!(poll(all.as_mut()).is_pending());
    assert_eq!(log.take(), ["poll a", "poll b", "poll c", "drop c"]);
    assert!(poll(all.as_mut()).is_pending());
    assert_eq!(log.take(), ["poll a", "drop a", "poll b"]);
    assert_eq!(poll(all.as_mut()), Poll::Ready(vec!["a", "b", "c"]));
}

#[test]
fn join_all_of_nothing_is_ready_at_once() {
    let mut none = pin!(join_all(Vec::<Probe>::new()));
    assert_eq!(poll(none.as_mut()), Poll::Ready(vec![]));
}

#[test]
fn a_dropped_join_drops_what_is_not_done() {
    let log = Log::default();
    {
        let mut both = pin!(join(log.probe("a", 3), log.probe("b", 3)));
        assert!(poll(both.as_mut()).is_pending());
        log.take();
    }
    let mut dropped = log.take();
    dropped.sort();
    assert_eq!(dropped, ["drop a", "drop b"]);
}

#[test]
fn race_gives_the_first_result_and_drops_the_loser_once() {
    let log = Log::default();
    let mut first = pin!(race(log.probe("a", 5), log.probe("b", 2)));
    assert!(poll(first.as_mut()).is_pending());
    assert_eq!(log.take(), ["poll a", "poll b"]);
    assert_eq!(poll(first.as_mut()), Poll::Ready("b"));
    let events = log.take();
    assert_eq!(events[..2], ["poll a", "poll b"]);
    // Both are gone, although `first` itself still exists.
    let drops = |name| events.iter().filter(|event| *event == name).count();
    assert_eq!((drops("drop a"), drops("drop b")), (1, 1));
    assert_eq!(events.len(), 4);
}

#[test]
fn in_a_race_the_first_future_wins_a_draw_and_the_second_is_not_polled() {
    let log = Log::default();
    let mut first = pin!(race(log.probe("a", 1), log.probe("b", 1)));
    assert_eq!(poll(first.as_mut()), Poll::Ready("a"));
    assert!(!log.take().contains(&"poll b".to_owned()));
}

#[test]
fn a_race_can_be_lost_to_a_future_that_is_never_ready() {
    let mut first = pin!(race(pending(), async { 1 }));
    assert_eq!(poll(first.as_mut()), Poll::Ready(1));
}

#[test]
fn yield_now_gives_the_others_a_turn() {
    let executor = Executor::new().unwrap();
    let log = Rc::new(RefCell::new(Vec::new()));
    let worker = |name| {
        let log = Rc::clone(&log);
        async move {
            for _ in 0..3 {
                log.borrow_mut().push(name);
                yield_now().await;
            }
        }
    };
    let (a, b) = (executor.spawn(worker("a")), executor.spawn(worker("b")));
    executor.block_on(join(a, b));
    assert_eq!(log.take(), ["a", "b", "a", "b", "a", "b"]);
}

#[test]
fn yield_now_wakes_its_task() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Wakes(AtomicUsize);
    impl std::task::Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut cx = Context::from_waker(&waker);
    let mut yielding = pin!(yield_now());
    assert!(yielding.as_mut().poll(&mut cx).is_pending());
    assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
    assert!(yielding.as_mut().poll(&mut cx).is_ready());
    assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
}

#[test]
fn the_parts_of_a_join_may_borrow_from_their_surroundings() {
    let (count, polls) = (Cell::new(0), Cell::new(0));
    let add = |n| {
        let count = &count;
        async move {
            yield_now().await;
            count.set(count.get() + n);
        }
    };
    let root = poll_fn(|_| {
        polls.set(polls.get() + 1);
        Poll::Ready(())
    });
    Executor::new()
        .unwrap()
        .block_on(join(join(add(1), add(2)), root));
    assert_eq!((count.get(), polls.get()), (3, 1));
}
