//! Polls one future on behalf of several tasks, and looks at which of their wakers is kept, cloned and called.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};

use stage1_green_threads::course::{check, expect_eq};

use super::{Gate, Pass};

/// Who waits is woken, and then passes.
#[test]
fn who_waits_is_woken_and_passes() {
    check(|_| {
        let gate = Gate::new();
        let mut pass = gate.pass();
        let (task, waker) = Task::new();
        waits(&mut pass, &waker);
        gate.open();
        expect_eq(
            task.wakes(),
            1,
            "a task waited, the gate opened: the task must be woken, once",
        );
        assert!(
            poll(&mut pass, &waker).is_ready(),
            "the gate is open and the future was polled: it must be ready"
        );
    });
}

/// A future that moved to another task wakes that one.
#[test]
fn the_latest_waker_wins() {
    check(|_| {
        let gate = Gate::new();
        let mut pass = gate.pass();
        let (_first, first) = Task::new();
        let (second_task, second) = Task::new();
        waits(&mut pass, &first);
        waits(&mut pass, &second);
        gate.open();
        assert!(
            second_task.wakes() == 1,
            "task 1 polled the future, then task 2 did: it is task 2's now. The gate opened, and task\n\
             2 was woken {} times: it sleeps for ever. What poll was given last is the only waker\n\
             that counts.",
            second_task.wakes()
        );
    });
}

/// Where a future moves often, the gate still keeps one waker.
#[test]
fn a_hundred_tasks_later_one_waker_is_kept() {
    check(|_| {
        let gate = Gate::new();
        let mut pass = gate.pass();
        let tasks: Vec<_> = (0..100).map(|_| Task::new()).collect();
        for (_, waker) in &tasks {
            waits(&mut pass, waker);
        }
        // Each task is held by us and by the waker that we made of it; whatever is more is in the gate.
        let kept = tasks
            .iter()
            .filter(|(task, _)| Arc::strong_count(task) > 2)
            .count();
        assert!(
            kept == 1,
            "a future that waits was handed from task to task, a hundred times, and the gate keeps\n\
             {kept} wakers. One future waits, so one waker is enough: all but the latest hold tasks\n\
             in memory that have nothing to do with this gate any more, and will wake them for\n\
             nothing."
        );
    });
}

/// Polled again by the same task, it needs no new waker.
#[test]
fn the_same_waker_is_not_cloned_again() {
    check(|_| {
        let gate = Gate::new();
        let mut pass = gate.pass();
        let (clones, waker) = counting_clones();
        for _ in 0..10 {
            waits(&mut pass, &waker);
        }
        let clones = clones.load(Ordering::Relaxed);
        assert!(
            clones <= 1,
            "the same task polled ten times, and its waker was cloned {clones} times. A clone and the\n\
             drop of its predecessor are two atomic operations on the task's reference count.\n\
             `will_wake` tells whether the waker that is kept is this one."
        );
    });
}

thread_local! {
    /// The future that `ComesBack` polls.
    static WAITING: RefCell<Option<Pass>> = const { RefCell::new(None) };
}

/// A waker may call whatever it likes, and so this gate.
#[test]
fn a_waker_may_come_back_at_once() {
    check(|_| {
        struct ComesBack(AtomicUsize);
        impl Wake for ComesBack {
            fn wake(self: Arc<Self>) {
                let mut pass = WAITING.take().expect("one future waits");
                let passed = poll(&mut pass, Waker::noop()).is_ready();
                self.0.fetch_add(usize::from(passed), Ordering::Relaxed);
            }
        }
        let gate = Gate::new();
        let mut pass = gate.pass();
        let task = Arc::new(ComesBack(AtomicUsize::new(0)));
        waits(&mut pass, &task.clone().into());
        WAITING.set(Some(pass));
        let opened = catch_unwind(AssertUnwindSafe(|| gate.open()));
        assert!(
            opened.is_ok(),
            "the gate opened and called a waker, which polled the gate's future at once; and that\n\
             panicked, since open() still had the state borrowed. A waker is somebody else's code:\n\
             let go of the state before you call it. (With a Mutex instead of a RefCell, this would\n\
             be a deadlock.)"
        );
        let passed = task.0.load(Ordering::Relaxed);
        assert!(
            passed == 1,
            "a waker polled the gate's future at once, and it was not ready: the gate must be open\n\
             before it wakes anybody"
        );
    });
}

/// Polls it while the gate is closed.
#[track_caller]
fn waits(pass: &mut Pass, waker: &Waker) {
    assert!(
        poll(pass, waker).is_pending(),
        "nobody has opened the gate, and its future was ready"
    );
}

fn poll(pass: &mut Pass, waker: &Waker) -> Poll<()> {
    Pin::new(pass).poll(&mut Context::from_waker(waker))
}

/// A task as its wakers see it: it counts wakes.
#[derive(Default)]
struct Task(AtomicUsize);

impl Task {
    fn new() -> (Arc<Self>, Waker) {
        let task = Arc::new(Task::default());
        (task.clone(), task.into())
    }

    fn wakes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A waker, and how often it was cloned.
fn counting_clones() -> (&'static AtomicUsize, Waker) {
    static VTABLE: RawWakerVTable = RawWakerVTable::new(
        |clones| {
            // SAFETY: `clones` is the static counter below.
            unsafe { &*clones.cast::<AtomicUsize>() }.fetch_add(1, Ordering::Relaxed);
            RawWaker::new(clones, &VTABLE)
        },
        |_| {},
        |_| {},
        |_| {},
    );
    let clones: &'static AtomicUsize = Box::leak(Box::default());
    let data = (&raw const *clones).cast();
    // SAFETY: the counter lives for ever, so there is nothing that the vtable must count.
    (clones, unsafe { Waker::new(data, &VTABLE) })
}
