//! Runs workers, wakers and somebody who aborts under many schedules, and tells the shortest story that ends badly.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use stage1_green_threads::course::{check, expect_eq};
use stage3_executor::future::yield_now;
use stage4_waker::explore::Explorer;
use stage4_waker::spawn_local;

use super::{Start, State};

/// A task's life without surprises.
#[test]
fn one_step_after_the_other() {
    check(|_| {
        let state = State::new();
        expect_eq(
            state.start(),
            Start::Poll,
            "a new task was taken out of the queue",
        );
        assert!(
            !state.end(),
            "its poll was Pending and nobody has woken it: it must sleep, and not go into the queue again"
        );
        assert!(
            state.wake(),
            "it slept and was woken: whoever wakes it must put it into the queue"
        );
        assert!(
            !state.wake(),
            "it is in the queue already, and was woken again: once is enough"
        );
        expect_eq(
            state.start(),
            Start::Poll,
            "it was taken out of the queue again",
        );
        assert!(
            !state.end(),
            "both wakes came before that poll began, so it has answered them"
        );
        assert!(
            state.abort(),
            "it slept and was aborted: whoever aborts it must put it into the queue, where a worker\n\
             finds it"
        );
        expect_eq(
            state.start(),
            Start::Drop,
            "it was aborted and taken out of the queue",
        );
    });
}

/// Late wakes find a complete task often: timers, sockets, other tasks keep wakers for long.
#[test]
fn a_task_that_is_complete_stays_out_of_the_queue() {
    check(|_| {
        let state = State::new();
        expect_eq(
            state.start(),
            Start::Poll,
            "a new task was taken out of the queue",
        );
        state.complete();
        assert!(
            !state.wake(),
            "a complete task was woken: there is no future left to poll, so it must not go into the queue"
        );
        assert!(
            !state.abort(),
            "a complete task was aborted: it is too late for that, and it must not go into the queue"
        );
    });
}

/// Each message is seen by a poll that begins after it.
#[test]
fn no_wake_is_lost() {
    let scene = Scene {
        workers: 1,
        wakers: 2,
        aborts: false,
        enough: 4,
    };
    check(move |seed| {
        scene.explore(seed, |world| {
            world.alive.get().then(|| {
                format!(
                    "{} messages came, each with a wake. The last poll has seen {} of them. Now the queue is\n\
                     empty and all is quiet: the task sleeps for ever. Which wake had no poll that began\n\
                     after it?",
                    world.messages.get(),
                    world.seen.get()
                )
            })
        });
    });
}

/// A future is one worker's at a time.
#[test]
fn two_workers_never_have_it_at_once() {
    let scene = Scene {
        workers: 2,
        wakers: 2,
        aborts: true,
        enough: 4,
    };
    check(move |seed| {
        scene.explore(seed, |world| {
            let text = "two workers were inside one future: on two threads, that is a data race. How did the\n\
             task get into the queue while a worker had it?";
            world.two_at_once.get().then(|| text.into())
        });
    });
}

/// An abort comes at any moment, and is answered.
#[test]
fn an_aborted_task_is_dropped() {
    let scene = Scene {
        workers: 1,
        wakers: 1,
        aborts: true,
        // More than come: only the abort ends this task.
        enough: 10,
    };
    check(move |seed| {
        scene.explore(seed, |world| {
            let text = "the task was aborted, the queue is empty and all is quiet; and the future has not been\n\
             dropped. Whatever it holds, it holds for ever. Who should have found out about the\n\
             abort, and when?";
            world.alive.get().then(|| text.into())
        });
    });
}

/// How many schedules are tried for a seed.
const SCHEDULES: u64 = 100;

/// Who is there.
#[derive(Clone, Copy)]
struct Scene {
    workers: usize,
    /// Each of them brings two messages.
    wakers: usize,
    aborts: bool,
    /// How many messages the task waits for.
    enough: u32,
}

impl Scene {
    /// Runs it under many schedules. `judge` says what is wrong at the end of one, if anything is.
    fn explore(self, seed: u64, judge: impl Fn(&World) -> Option<String>) {
        let schedules = seed * SCHEDULES..(seed + 1) * SCHEDULES;
        let ends_badly = |schedule| {
            let world = Rc::new(World::new(self.enough));
            let result = {
                let world = world.clone();
                Explorer::seed(schedule)
                    .step_limit(5_000)
                    .run(move || self.play(world.clone()))
            };
            let wrong = match result {
                Ok(()) => judge(&world)?,
                Err(failure) => failure.reason,
            };
            Some((world.story.take(), wrong))
        };
        let stories: Vec<_> = schedules.filter_map(ends_badly).collect();
        let count = stories.len();
        let Some((story, wrong)) = stories.into_iter().min_by_key(|(story, _)| story.len()) else {
            return;
        };
        panic!(
            "of {SCHEDULES} schedules, {count} end badly. The shortest of them:\n  {}\n{wrong}",
            story.join("\n  ")
        );
    }

    async fn play(self, world: Rc<World>) {
        let mut people = Vec::new();
        for number in 1..=self.workers {
            people.push(spawn_local(worker(
                world.clone(),
                format!("worker {number}"),
            )));
        }
        for number in 1..=self.wakers {
            world.busy.set(world.busy.get() + 1);
            people.push(spawn_local(waker(
                world.clone(),
                format!("waker {number} "),
            )));
        }
        if self.aborts {
            world.busy.set(world.busy.get() + 1);
            people.push(spawn_local(aborter(world.clone())));
        }
        for somebody in people {
            somebody.await.expect("the state must not panic");
        }
    }
}

/// A task, and what is around it.
struct World {
    state: State,
    /// How often the task is in the run queue.
    queue: Cell<usize>,
    /// The future is there.
    alive: Cell<bool>,
    /// How many workers are polling it.
    polls: Cell<usize>,
    messages: Cell<u32>,
    /// How many of the messages were there when the last poll began.
    seen: Cell<u32>,
    /// After how many messages the future is ready.
    enough: u32,
    /// How many are not done yet, of those who wake and abort.
    busy: Cell<usize>,
    /// One polled the future while another one polled or dropped it.
    two_at_once: Cell<bool>,
    story: RefCell<Vec<String>>,
}

impl World {
    fn new(enough: u32) -> Self {
        World {
            state: State::new(),
            queue: Cell::new(1),
            alive: Cell::new(true),
            polls: Cell::new(0),
            messages: Cell::new(0),
            seen: Cell::new(0),
            enough,
            busy: Cell::new(0),
            two_at_once: Cell::new(false),
            story: RefCell::default(),
        }
    }

    fn tell(&self, who: &str, what: impl AsRef<str>) {
        self.story
            .borrow_mut()
            .push(format!("{who}  {}", what.as_ref()));
    }

    /// Puts the task into the queue if it must be there. Something may happen between the two.
    async fn queue_if(&self, must: bool, who: &str, call: &str) {
        self.tell(who, format!("{call} → {must}"));
        if must {
            yield_now().await;
            self.queue.set(self.queue.get() + 1);
            self.tell(who, "puts the task into the queue");
        }
    }

    /// Nobody else may have it now.
    fn touch_future(&self) {
        if self.polls.get() > 0 {
            self.two_at_once.set(true);
        }
    }

    fn drop_future(&self) {
        self.touch_future();
        self.alive.set(false);
    }
}

/// Runs whatever is in the queue, until nothing can come any more.
async fn worker(world: Rc<World>, name: String) {
    loop {
        match world.queue.get() {
            0 if world.busy.get() == 0 => return,
            0 => {}
            entries => {
                world.queue.set(entries - 1);
                world.tell(&name, "takes the task out of the queue");
                yield_now().await;
                run(&world, &name).await;
            }
        }
        yield_now().await;
    }
}

async fn run(world: &World, name: &str) {
    let start = world.state.start();
    world.tell(name, format!("start() → {start:?}"));
    match start {
        _ if !world.alive.get() => world.tell(name, "finds no future any more"),
        Start::Drop => {
            world.drop_future();
            world.tell(name, "drops the future, complete()");
            world.state.complete();
        }
        Start::Poll => poll(world, name).await,
    }
}

async fn poll(world: &World, name: &str) {
    world.touch_future();
    world.polls.set(world.polls.get() + 1);
    world.seen.set(world.messages.get());
    world.tell(
        name,
        format!("begins a poll, which sees {} message(s)", world.seen.get()),
    );
    yield_now().await;
    world.polls.set(world.polls.get() - 1);
    if world.seen.get() == world.enough && world.alive.get() {
        world.drop_future();
        world.tell(name, "the poll is Ready, complete()");
        world.state.complete();
        return;
    }
    world.tell(name, "the poll is Pending");
    yield_now().await;
    let again = world.state.end();
    world.queue_if(again, name, "end()").await;
}

/// Brings two messages, each with a wake.
async fn waker(world: Rc<World>, name: String) {
    for _ in 0..2 {
        yield_now().await;
        world.messages.set(world.messages.get() + 1);
        let must = world.state.wake();
        world
            .queue_if(must, &name, "brings a message, wake()")
            .await;
    }
    world.busy.set(world.busy.get() - 1);
}

async fn aborter(world: Rc<World>) {
    yield_now().await;
    let must = world.state.abort();
    world.queue_if(must, "aborter ", "abort()").await;
    world.busy.set(world.busy.get() - 1);
}
