//! Lets the other thread act at chosen moments: the waker that these checks leave does something when it is cloned or called.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use stage1_green_threads::course::{check, expect_eq};

use super::Flag;

/// Set before the poll.
#[test]
fn a_flag_that_is_set_is_ready() {
    check(|_| {
        let flag = Flag::new();
        flag.set();
        assert!(
            flag.poll_set(&Context::from_waker(Waker::noop()))
                .is_ready(),
            "the flag was set before the poll, and the poll returned Pending"
        );
    });
}

/// Set when the waker has been left.
#[test]
fn who_waits_is_woken_once() {
    check(|_| {
        let flag = Flag::new();
        let task = Task::new();
        task.waits(&flag);
        let before = task.wakes();
        flag.set();
        expect_eq(
            task.wakes() - before,
            1,
            "a task waited and the flag was set: it must be woken, once",
        );
        assert!(
            task.poll(&flag).is_ready(),
            "the flag is set and the task was polled: it must be ready"
        );
    });
}

/// The moment between a look that found nothing and the waker that is left.
#[test]
fn a_flag_that_is_set_before_the_waker_is_left_is_not_missed() {
    check(|_| {
        let flag = Arc::new(Flag::new());
        let other_thread = flag.clone();
        let task = Task::new();
        task.when_cloned(move || other_thread.set());
        let polled = task.poll(&flag);
        assert!(
            polled.is_ready() || task.wakes() > 0,
            "this is what happened:\n\
             \x20 task          polls the flag: it is not set\n\
             \x20 other thread  sets the flag, and looks for a waker: none is there yet\n\
             \x20 task          leaves its waker, and returns Pending\n\
             The flag is set, the waker lies in its cell, and nobody will ever call it: a lost\n\
             wake-up. Between a look that finds nothing and a waker in its cell there is always such\n\
             a moment. Who could still find out that the flag is set?"
        );
    });
}

/// Who is woken may poll before `set` returns.
#[test]
fn who_is_woken_finds_the_flag_set() {
    check(|_| {
        let flag = Arc::new(Flag::new());
        let polled = Arc::new(Mutex::new(None));
        let task = Task::new();
        task.waits(&flag);
        task.when_woken({
            let (flag, polled) = (flag.clone(), polled.clone());
            move || {
                let now = flag.poll_set(&Context::from_waker(Waker::noop()));
                *polled.lock().unwrap() = Some(now);
            }
        });
        flag.set();
        let polled = *polled.lock().unwrap();
        expect_eq(
            polled,
            Some(Poll::Ready(())),
            "the task was woken, and polled by another thread before `set` had returned. That poll\n\
             must find the flag set: who wakes first and sets the flag afterwards sends the task back\n\
             to sleep. What it gave (None: the task was not woken):",
        );
    });
}

/// A task that waits costs nothing.
#[test]
fn who_waits_sleeps() {
    check(|_| {
        let flag = Flag::new();
        let task = Task::new();
        task.waits(&flag);
        let wakes = task.wakes();
        assert!(
            wakes == 0,
            "the flag is not set and nobody has touched it, but polling it woke the task {wakes}\n\
             time(s). So it is polled again, and wakes itself again: it is never lost, and never\n\
             asleep. That is stage 1's busy loop with a waker."
        );
    });
}

/// A task as its waker sees it: it counts wakes, and does what a check has told it to do when that is cloned or called.
#[derive(Default)]
struct Task {
    wakes: AtomicUsize,
    when_cloned: Mutex<Option<Action>>,
    when_woken: Mutex<Option<Action>>,
}

/// Something to be done once.
type Action = Box<dyn FnOnce() + Send>;

impl Task {
    /// It lives for ever, so its wakers need count nothing.
    fn new() -> &'static Self {
        Box::leak(Box::default())
    }

    fn when_cloned(&self, action: impl FnOnce() + Send + 'static) {
        *self.when_cloned.lock().unwrap() = Some(Box::new(action));
    }

    fn when_woken(&self, action: impl FnOnce() + Send + 'static) {
        *self.when_woken.lock().unwrap() = Some(Box::new(action));
    }

    /// Polls a flag that is not set.
    #[track_caller]
    fn waits(&'static self, flag: &Flag) {
        assert!(
            self.poll(flag).is_pending(),
            "nobody had set the flag, and the poll was ready"
        );
    }

    fn poll(&'static self, flag: &Flag) -> Poll<()> {
        let data = (&raw const *self).cast();
        // SAFETY: the task lives for ever, and the vtable takes `data` for what it is.
        let waker = unsafe { Waker::new(data, &VTABLE) };
        flag.poll_set(&Context::from_waker(&waker))
    }

    fn wakes(&self) -> usize {
        self.wakes.load(Ordering::Relaxed)
    }

    /// # Safety
    ///
    /// `data` must be that of a waker of a task.
    unsafe fn of(data: *const ()) -> &'static Task {
        // SAFETY: wakers are made in `poll` only, of tasks that live for ever.
        unsafe { &*data.cast::<Task>() }
    }

    fn wake(&self) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        act(&self.when_woken);
    }
}

fn act(action: &Mutex<Option<Action>>) {
    let action = action.lock().unwrap().take();
    if let Some(action) = action {
        action();
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: this is the vtable of a task's wakers.
        act(&unsafe { Task::of(data) }.when_cloned);
        RawWaker::new(data, &VTABLE)
    },
    // SAFETY: as above.
    |data| unsafe { Task::of(data) }.wake(),
    // SAFETY: as above.
    |data| unsafe { Task::of(data) }.wake(),
    |_| {},
);
