//! The worker: takes a task, polls it once, or looks elsewhere for one.
//!
//! ```text
//!   step:   every so often: global queue, reactor        fairness under load
//!             │
//!             ▼          none                   none                  none
//!   own slot, own queue ──────► global queue ─────────► steal from ─────────► Idle: sleep
//!             │                      │                  somebody
//!             ▼                      ▼                     ▼                    (see `sleep`)
//!           poll one  ◄──────────────┴─────────────────────┘
//! ```
//!
//! A thread loops over [`Worker::step`]; so does exploration, with several workers on one thread. Only the loop
//! of the thread ever waits.
//!
//! What is awake already is cheap, and to wake somebody costs as much as fifty polls. So a worker wakes another one
//! only if it has a backlog that will take it a while; a single task that waits too long is fetched
//! by a watcher within a millisecond or two.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use stage3_executor::budget;
use stage4_waker::OwnedTasks;

use super::context::{self, Context};
use super::local::Local;
use super::shared::{Entry, OwnEnds, Seat, Shared};
use super::timekeeping::OwnTime;
use crate::sync::lock;

/// How many operations of sockets, channels and timers one poll may complete.
pub(super) const BUDGET: u32 = 128;

/// Another worker is woken if what waits would take this one so long. It is awake after some 50 µs, gets half, and finds nothing
/// of that in its cache; so it does not pay for much less.
const WORTH_A_WAKE: Duration = Duration::from_micros(400);

/// How long it would take is estimated after so many polls, from how long these took.
const PACE: u32 = 4;

pub(crate) struct Worker {
    pub(super) local: Rc<Local>,
    owned: OwnedTasks,
    /// When to look at the reactor, and at the global queue, in the midst of work.
    events: Every,
    global: Every,
    pace: Every,
    /// When it last saw that something waited, if something did then.
    pub(super) crowded: Option<Instant>,
    /// Whether it has been woken to look for work and has not found any yet.
    pub(super) rising: bool,
    /// As a watcher: how long to sleep at a time.
    pub(super) tick: Duration,
    /// As a watcher: how many polls each worker had begun when last looked at.
    pub(super) seen: Vec<u64>,
    pub(super) time: OwnTime,
    random: SmallRng,
}

/// What a step has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It has polled a task.
    Polled,
    /// It has polled a task, after it had found none of its own.
    Fetched,
    /// There was no task anywhere.
    Idle,
}

impl Worker {
    /// Worker number `index`. Its steals are determined by `seed`.
    pub(crate) fn new(shared: Arc<Shared>, index: usize, ends: OwnEnds, seed: u64) -> Self {
        let seen = vec![0; shared.seats.len()];
        let (events, global) = (
            shared.settings.event_interval,
            shared.settings.global_queue_interval,
        );
        Worker {
            events: Every::new(events),
            global: Every::new(global),
            pace: Every::new(PACE),
            crowded: None,
            local: Rc::new(Local::new(shared, index, ends)),
            owned: OwnedTasks::new(index),
            rising: false,
            tick: super::sleep::TICK,
            seen,
            time: OwnTime::default(),
            random: SmallRng::seed_from_u64(seed),
        }
    }

    /// Works until the runtime shuts down.
    // region: run
    pub(crate) fn run(mut self) {
        let _context = context::enter(Context::worker(self.local.clone()));
        while !self.shared().is_closing() {
            if self.step() == Step::Idle {
                self.sleep();
            }
        }
        self.shut_down();
    }
    // endregion: run

    /// Polls one task, if there is one anywhere. Never waits.
    // region: step
    pub(crate) fn step(&mut self) -> Step {
        let own = self.next();
        let step = match own {
            Some(_) => Step::Polled,
            None => Step::Fetched,
        };
        let Some(task) = own.or_else(|| self.search()) else {
            return Step::Idle;
        };
        if std::mem::take(&mut self.rising) {
            self.shared().idle.arrived();
        }
        self.poll(task);
        step
    }
    // endregion: step

    /// A task of its own; and every so often one of the global queue first, so that those there get their turn
    /// however busy the workers are.
    // region: next
    fn next(&mut self) -> Option<Entry> {
        if self.events.is_due() {
            self.look_around();
        }
        if self.global.is_due()
            && let Some(task) = self.local.next_global()
        {
            return Some(task);
        }
        self.local.next()
    }
    // endregion: next

    /// What a busy worker does every so often: it lets its sockets and timers wake their tasks, and its list forget those that
    /// were completed elsewhere.
    pub(super) fn look_around(&mut self) {
        self.forget_released();
        self.turn_reactor();
    }

    /// A task of the global queue, or half of the queue of some other worker, from a random one on.
    // region: search
    fn search(&mut self) -> Option<Entry> {
        if let Some(task) = self.local.next_global() {
            return Some(task);
        }
        let (me, workers) = (self.local.index, self.shared().seats.len());
        let first = self.random.random_range(0..workers);
        (first..first + workers)
            .map(|victim| victim % workers)
            .filter(|&victim| victim != me)
            .find_map(|victim| self.local.steal_from(victim))
    }
    // endregion: search

    // region: poll
    fn poll(&mut self, task: Entry) {
        if self.pace.is_due() {
            self.call_for_help();
        }
        self.seat().counters.polls.add(1);
        let Worker { local, owned, .. } = self;
        local.set_polling(true);
        let (again, _) = budget::with_budget(BUDGET, || task.run(owned));
        local.set_polling(false);
        if let Some(task) = again {
            local.requeue(task);
        }
    }
    // endregion: poll

    /// Wakes another worker if that pays: if each of the tasks that wait now takes as long as each of the last polls.
    // region: call_for_help
    fn call_for_help(&mut self) {
        let waiting = self.local.backlog() + self.shared().injection.len();
        if waiting == 0 || !self.shared().idle.is_worth_waking() {
            self.crowded = None;
            return;
        }
        let now = self.seat().driver.now();
        let Some(before) = self.crowded.replace(now) else {
            return;
        };
        let takes = (now - before) / PACE * waiting as u32;
        if takes >= WORTH_A_WAKE {
            self.shared().wake_one();
        }
    }
    // endregion: call_for_help

    /// Lets the reactor wake those for whom something has happened, without waiting.
    fn turn_reactor(&mut self) {
        let seat = self.seat();
        // If somebody else turns it just now, that will do.
        if let Ok(mut reactor) = seat.reactor.try_lock()
            && let Some(reactor) = &mut *reactor
        {
            seat.counters.turns.add(1);
            super::sleep::turn(reactor, Some(Duration::ZERO));
        }
    }

    /// Removes from its list what was completed by other workers.
    pub(super) fn forget_released(&mut self) {
        for key in self.seat().take_released() {
            self.owned.remove(key);
        }
    }

    /// Drops every future that this worker owns, and its reactor. What the futures' destructors spawn or wake is
    /// dropped as well.
    // region: shut_down
    pub(crate) fn shut_down(mut self) {
        self.owned.shutdown();
        self.drain();
        // It wakes those who still wait at it. They are complete, but must not stay in the queue, which they refer to.
        let reactor = lock(&self.seat().reactor).take();
        drop(reactor);
        self.drain();
    }

    fn drain(&self) {
        while let Some(task) = self.local.next() {
            task.cancel();
        }
    }
    // endregion: shut_down

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.local.shared
    }

    pub(super) fn seat(&self) -> &Seat {
        &self.local.shared.seats[self.local.index]
    }
}

/// Counts down: due once in so many polls.
struct Every {
    polls: u32,
    left: u32,
}

impl Every {
    fn new(polls: u32) -> Self {
        Every { polls, left: polls }
    }

    fn is_due(&mut self) -> bool {
        self.left -= 1;
        let due = self.left == 0;
        if due {
            self.left = self.polls;
        }
        due
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("local", &self.local)
            .field("owned", &self.owned)
            .finish_non_exhaustive()
    }
}
