//! The round-robin scheduler: whose turn it is, and what to do when it is nobody's.
//!
//! ```text
//!                    ┌──────────── yield_now ───────────┐
//!                    ▼                                  │
//!     spawn ──► run queue (first in, first out) ──► running ──► its function ends ──► finished
//!                    ▲                                  │
//!                    └─ unpark, or the joined ◄── waiting: park, join
//!                       thread has finished
//! ```
//!
//! [`run_with`] works in rounds. A round resumes, one after the other, the threads that were in the
//! queue at its start; before each round what lies [`Outside`] may make threads runnable too, and if
//! the queue is empty it is asked to wait until it has.
//!
//! What lies between the round and the switch is inlined: each frame there is one more return that a processor
//! predicts wrongly, as the latest calls were on another stack.
//!
//! Invariants:
//!
//! - A green thread that is not finished is in `Scheduler::threads`, and nowhere else is its
//!   coroutine touched. If its state is `Runnable` it is in the queue, once, or running.
//! - All of it belongs to one OS thread. So when the queue is empty and the outside has nothing that
//!   could fill it, nobody else can: a deadlock is certain, and is reported.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io;
use std::rc::Rc;

use crate::thread::{Builder, Green, State};
use crate::trace::{self, TaskId};

/// How much stack the function given to [`run`] has: 1 MiB, as it often prints, resolves names, or
/// collects results. Only what is touched takes memory.
pub const MAIN_STACK_SIZE: usize = 1024 * 1024;

/// What can make green threads runnable, besides green threads.
///
/// Stage 1 has nothing of the kind; the reactor of stage 2 is the first.
pub trait Outside {
    /// Lets the outside deliver what has happened, by calling [`Thread::unpark`](crate::Thread::unpark).
    ///
    /// With `wait`, no green thread is runnable, so it may block the OS thread until something has
    /// happened. Returns whether anything outside can still make a green thread runnable: if it
    /// returns false, and no green thread is runnable, that is a deadlock.
    ///
    /// # Errors
    ///
    /// If the OS fails; [`run_with`] then panics with the error.
    fn turn(&mut self, wait: bool) -> io::Result<bool>;
}

/// Nothing outside: green threads are woken by each other only.
struct Nothing;

impl Outside for Nothing {
    fn turn(&mut self, _wait: bool) -> io::Result<bool> {
        Ok(false)
    }
}

thread_local! {
    /// The scheduler that runs on this OS thread.
    static CURRENT: RefCell<Option<Rc<Scheduler>>> = const { RefCell::new(None) };
}

/// Runs `f` as the first green thread (its name is "main") and the scheduler on the calling OS
/// thread. As with a program's `main`, when `f` ends it is over: green threads that are left are
/// unwound. Then `f`'s result is returned.
///
/// # Panics
///
/// If `f` panics, the panic goes on here. If every green thread waits, with the list of who waits for
/// what. If called inside of `run`, or if there is no memory for a stack.
///
/// # Examples
///
/// ```
/// use stage1_green_threads::{run, spawn, yield_now};
///
/// let sum = run(|| {
///     let other = spawn(|| {
///         yield_now();
///         2
///     });
///     1 + other.join().unwrap()
/// });
/// assert_eq!(sum, 3);
/// ```
#[cfg_attr(feature = "tracing", track_caller)]
pub fn run<R: 'static>(f: impl FnOnce() -> R + 'static) -> R {
    run_with(Nothing, f)
}

/// As [`run`], with something outside that can make green threads runnable too.
///
/// It calls `outside.turn(false)` once every round, and `outside.turn(true)` when no thread is
/// runnable. `outside` is dropped after the last green thread has ended.
///
/// # Panics
///
/// As [`run`]; also if `outside` fails.
#[cfg_attr(feature = "tracing", track_caller)]
pub fn run_with<R: 'static>(
    mut outside: impl Outside + 'static,
    f: impl FnOnce() -> R + 'static,
) -> R {
    let running = Running::start();
    let main = Builder::new()
        .name("main".to_owned())
        .stack_size(MAIN_STACK_SIZE)
        .spawn(f)
        .unwrap_or_else(|error| panic!("run: no stack for the first green thread: {error}"));
    running.scheduler.run_until(&main.green, &mut outside);
    drop(running);
    main.into_result()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// The scheduler of one call of [`run_with`].
pub(crate) struct Scheduler {
    /// Every green thread that has not finished. In order of their numbers, for the report.
    threads: RefCell<BTreeMap<TaskId, Rc<Green>>>,
    queue: RefCell<VecDeque<Rc<Green>>>,
    /// The green thread that is running now.
    current: RefCell<Option<Rc<Green>>>,
}

impl Scheduler {
    /// The scheduler of this OS thread.
    ///
    /// # Panics
    ///
    /// Outside of `run`.
    #[inline]
    pub(crate) fn current() -> Rc<Scheduler> {
        Self::try_current().expect("green threads exist only inside of `run`: call this within it")
    }

    #[inline]
    pub(crate) fn try_current() -> Option<Rc<Scheduler>> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// The green thread that is running.
    ///
    /// # Panics
    ///
    /// If none is: on the OS thread's own stack, in [`Outside::turn`].
    #[inline]
    pub(crate) fn running(&self) -> Rc<Green> {
        let current = self.current.borrow();
        Rc::clone(current.as_ref().expect("no green thread is running here"))
    }

    /// Takes a new green thread in. It is runnable.
    #[cfg_attr(feature = "tracing", track_caller)]
    pub(crate) fn adopt(&self, green: Rc<Green>) {
        trace::spawn(green.id, green.name.as_deref().unwrap_or(""));
        self.threads
            .borrow_mut()
            .insert(green.id, Rc::clone(&green));
        self.enqueue(green);
    }

    /// Puts a thread at the end of the queue.
    pub(crate) fn enqueue(&self, green: Rc<Green>) {
        trace::enqueue(|| green.id, "local");
        green.state.set(State::Runnable);
        self.queue.borrow_mut().push_back(green);
    }

    // region: round
    fn run_until(&self, main: &Green, outside: &mut impl Outside) {
        while !main.is_finished() {
            let idle = self.queue.borrow().is_empty();
            let hope = outside
                .turn(idle)
                .unwrap_or_else(|error| panic!("run: what lies outside has failed: {error}"));
            let round = self.queue.borrow().len();
            if round == 0 && idle && !hope {
                panic!("{}", self.deadlock());
            }
            for _ in 0..round {
                self.step();
                if main.is_finished() {
                    return;
                }
            }
        }
    }

    /// Resumes the thread at the head of the queue.
    #[inline]
    fn step(&self) {
        let Some(green) = self.queue.borrow_mut().pop_front() else {
            return;
        };
        *self.current.borrow_mut() = Some(Rc::clone(&green));
        trace::resume(green.id, 0);
        let complete = green.resume();
        *self.current.borrow_mut() = None;
        match complete {
            None => trace::suspend(green.id),
            Some(outcome) => self.finish(&green, outcome),
        }
    }
    // endregion: round

    fn finish(&self, green: &Green, outcome: &'static str) {
        trace::complete(green.id, outcome);
        self.threads.borrow_mut().remove(&green.id);
        if let Some(joiner) = green.finish() {
            trace::wake(joiner.id);
            self.enqueue(joiner);
        }
    }

    /// Ends every thread that has not finished: unwinds its stack, or drops its closure if it has
    /// never run. A destructor may spawn: that ends here too.
    fn unwind_all(&self) {
        loop {
            let Some((_, green)) = self.threads.borrow_mut().pop_first() else {
                break;
            };
            *self.current.borrow_mut() = Some(Rc::clone(&green));
            green.cancel();
            *self.current.borrow_mut() = None;
            trace::complete(green.id, "cancelled");
            green.finish();
        }
        self.queue.borrow_mut().clear();
    }

    /// Who waits for what.
    fn deadlock(&self) -> String {
        let mut report =
            String::from("deadlock: every green thread waits, and nothing can wake one of them");
        let threads = self.threads.borrow();
        for green in threads.values() {
            let _ = match green.state.get() {
                State::Joining(id) => match threads.get(&id) {
                    Some(joined) => write!(report, "\n  {green} waits for: join of {joined}"),
                    None => write!(report, "\n  {green} waits for: join"),
                },
                _ => write!(report, "\n  {green} waits for: park"),
            };
        }
        report
    }
}

/// From its start to its end, a scheduler runs on this OS thread.
struct Running {
    scheduler: Rc<Scheduler>,
}

impl Running {
    fn start() -> Self {
        let scheduler = Rc::new(Scheduler {
            threads: RefCell::default(),
            queue: RefCell::default(),
            current: RefCell::default(),
        });
        CURRENT.with_borrow_mut(|current| {
            assert!(
                current.is_none(),
                "run was called inside of run, and would block every green thread: use spawn"
            );
            *current = Some(Rc::clone(&scheduler));
        });
        Running { scheduler }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.scheduler.unwind_all();
        CURRENT.take();
    }
}
