//! Who sleeps, who is woken, and who keeps watch.
//!
//! An idle worker sleeps in its reactor. To wake it costs as much as fifty polls, so three rules decide who is disturbed:
//!
//! 1. **No wake is lost.** A worker that goes to sleep puts itself on the list, and then looks at the global queue once more.
//!    Who puts something there looks at the list afterwards. The queue's lock is held by both in between, so one of them
//!    sees the other.
//! 2. **No herd.** What comes into the global queue wakes a worker only if all sleep; those who are awake will find it. One who finds more than
//!    it can do soon wakes another. At most one woken worker at a time is *rising*: on its way to look for work. While one is, nobody
//!    else is woken.
//! 3. **Nobody is left alone.** While somebody is awake and somebody asleep, at least one of the sleepers is a *watcher*: it
//!    sleeps for at most a millisecond at a time, takes what has been left lying, and helps whoever is held in a long poll. When all sleep and
//!    nothing has happened for a tick, the watch ends and nobody wakes any more.
//!
//! A thread in `block_on` often spawns many tasks in one poll, and takes longer to spawn one than a worker to run it. That worker would
//! fall asleep and be woken again and again. So the first task that finds all asleep begins a **visit**: the rest
//! of that poll's tasks wake nobody, and the thread counts as one of those who are awake, so that one worker less is woken. The watch goes
//! on until its end. Then somebody is woken if all sleep and something is queued.
//!
//! ```text
//!                 fall_asleep, two watch already     fall_asleep
//!         ┌──────────────────────── AWAKE ────────────────────────┐
//!         │                         ▲ ▲ ▲                         │
//!         ▼     get_up (an event)   │ │ │  get_up (a tick, event) ▼
//!      ASLEEP ──────────────────────┘ │ └────────────────────── WATCHING
//!         │ │                      arrived                        ▲ │ │
//!         │ └───────────────► RISING ─┘   RISING ◄────────────────│─┘ │
//!         │      wake_…                      wake_… (if there is  │   │
//!         │                                  no other sleeper)    │   │
//!         └───────────────────────────────────────────────────────┘   │
//!         ▲         somebody got up and no watcher was left           │
//!         └───────────────────────────────────────────────────────────┘
//!                   end_watch
//! ```
//!
//! There are two watchers, so that one can get up, as happens all the time under load, without having to wake another
//! one to be the watcher in its place.
//!
//! The list is behind a lock: whoever takes it is about to make a system call anyway. Those who are not, that is
//! everyone who makes a task ready, first read one atomic byte: is it worth while to wake somebody?
//!
//! When the runtime ends, the list is closed: whoever asks for his role from then on does not wait.
//!
//! A worker that queues a task for itself does not need rule 1: it will run that task. If it wakes nobody because the
//! byte it read was old, a watcher comes by within a millisecond.

use std::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicU8, Mutex, lock};

#[cfg(all(test, stages_loom))]
mod model;
#[cfg(all(test, not(stages_loom)))]
mod tests;

/// So many sleepers watch.
const WATCHERS: usize = 2;

#[derive(Debug)]
pub(crate) struct Idle {
    /// One of the constants below. Written under the lock, read without it.
    rest: AtomicU8,
    sleepers: Mutex<Sleepers>,
}

/// Nobody sleeps, or somebody rises already, or as many threads are awake as there are workers, visitors included.
const NONE_TO_WAKE: u8 = 0;
/// Somebody sleeps, and somebody is awake.
const SOME_ASLEEP: u8 = 1;
/// Nobody is awake.
const ALL_ASLEEP: u8 = 2;

#[derive(Debug)]
struct Sleepers {
    /// How many workers there are, awake or not.
    workers: usize,
    /// Who sleeps; the last one fell asleep last, so its cache is the warmest.
    asleep: Vec<Sleeper>,
    /// How many were woken and have neither found work nor gone back to sleep yet.
    rising: usize,
    /// How many visits there are: polls of `block_on` on other threads, which have queued a task and may queue more.
    visitors: usize,
    /// Whether the runtime ends.
    closed: bool,
}

#[derive(Debug, Clone, Copy)]
struct Sleeper {
    worker: usize,
    watches: bool,
}

/// What a worker that is about to wait in its reactor is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It has been woken, or the runtime ends: do not wait.
    Rising,
    /// Wait for one tick, then look after the others.
    Watcher,
    /// Wait until something happens.
    Sleeper,
}

impl Idle {
    pub(crate) fn new(workers: usize) -> Self {
        Idle {
            rest: AtomicU8::new(NONE_TO_WAKE),
            sleepers: Mutex::new(Sleepers {
                workers,
                asleep: Vec::with_capacity(workers),
                rising: 0,
                visitors: 0,
                closed: false,
            }),
        }
    }

    /// The worker has found nothing to do. From now on it can be woken, and so it looks once more, through `has_work`. Returns
    /// whether it may wait, as its [`role`](Self::role) says. `rising` says whether it had been woken.
    // region: fall_asleep
    pub(crate) fn fall_asleep(
        &self,
        worker: usize,
        rising: bool,
        has_work: impl FnOnce() -> bool,
    ) -> bool {
        self.update(|sleepers| {
            sleepers.rising -= usize::from(rising);
            let watches = sleepers.watchers() < WATCHERS;
            sleepers.asleep.push(Sleeper { worker, watches });
        });
        cfg!(stages_mutant = "idle_sleeps_without_a_second_look") || !has_work()
    }
    // endregion: fall_asleep

    /// What the worker is to do now. To be called under the lock of the worker's reactor: a watcher who held it before may
    /// have used up a notification, but not the reason for it, which is seen here.
    pub(crate) fn role(&self, worker: usize) -> Role {
        let sleepers = lock(&self.sleepers);
        let closed = sleepers.closed && !cfg!(stages_mutant = "idle_waits_after_closing");
        match sleepers.find(worker) {
            Some(position) if !closed => match sleepers.asleep[position].watches {
                true => Role::Watcher,
                false => Role::Sleeper,
            },
            _ => Role::Rising,
        }
    }

    /// The worker has something to do, or has been woken. Returns whether it was woken (and so is rising), and
    /// which sleeper must be notified because it is a watcher from now on.
    // region: get_up
    pub(crate) fn get_up(&self, worker: usize) -> (bool, Option<usize>) {
        self.update(|sleepers| {
            let asleep = sleepers.find(worker);
            if let Some(position) = asleep {
                sleepers.asleep.remove(position);
            }
            (asleep.is_none(), sleepers.appoint_watcher())
        })
    }
    // endregion: get_up

    /// There is a task in the global queue, put there just now: picks a worker to be notified if all sleep. For a `visitor` that
    /// begins a visit, which [`leave`](Self::leave) ends.
    // region: wake
    pub(crate) fn wake_if_all_sleep(&self, visitor: bool) -> Option<usize> {
        // Ordering: Relaxed. Who has pushed to the global queue has held its lock since: if the last worker fell asleep before
        // that, this load sees it; if it did so after, that worker's second look sees what was pushed.
        match self.rest.load(Relaxed) {
            ALL_ASLEEP => self.update(|sleepers| {
                let woken = sleepers.wake();
                sleepers.visitors += usize::from(visitor && woken.is_some());
                woken
            }),
            _ => None,
        }
    }

    /// A visit ends: picks a worker to be notified if all sleep and there is something for them to do.
    pub(crate) fn leave(&self, has_work: impl FnOnce() -> bool) -> Option<usize> {
        self.update(|sleepers| {
            sleepers.visitors -= 1;
            let missed = sleepers.all_sleep() && has_work();
            match missed && !cfg!(stages_mutant = "idle_leaves_without_a_look") {
                true => sleepers.wake(),
                false => None,
            }
        })
    }

    /// There is more to do than whoever calls this can do soon: picks a worker to be notified.
    pub(crate) fn wake_one(&self) -> Option<usize> {
        match self.is_worth_waking() {
            true => self.update(Sleepers::wake),
            false => None,
        }
    }

    /// Whether somebody sleeps, nobody rises, and fewer threads are awake than there are workers.
    pub(crate) fn is_worth_waking(&self) -> bool {
        // Ordering: Relaxed: it is a hint. Whether somebody rises already, the lock decides.
        self.rest.load(Relaxed) != NONE_TO_WAKE
    }
    // endregion: wake

    /// A worker that was woken has found something to do. It should wake the next one if there is more.
    pub(crate) fn arrived(&self) {
        self.update(|sleepers| sleepers.rising -= 1);
    }

    /// A watcher has seen nothing happen for a tick: it may sleep like the others, if all of them do and there is no visit.
    pub(crate) fn end_watch(&self, worker: usize) {
        self.update(|sleepers| {
            let is_over = sleepers.all_sleep() && sleepers.visitors == 0;
            if let Some(position) = sleepers.find(worker).filter(|_| is_over) {
                sleepers.asleep[position].watches = false;
            }
        });
    }

    /// Nobody is to wait any more. Those who do must be notified afterwards.
    pub(crate) fn close(&self) {
        self.update(|sleepers| sleepers.closed = true);
    }

    /// Whether somebody watches.
    #[cfg(all(test, stages_loom))]
    fn watches(&self, worker: usize) -> bool {
        let sleepers = lock(&self.sleepers);
        sleepers
            .find(worker)
            .is_some_and(|position| sleepers.asleep[position].watches)
    }

    fn update<R>(&self, change: impl FnOnce(&mut Sleepers) -> R) -> R {
        let mut sleepers = lock(&self.sleepers);
        let result = change(&mut sleepers);
        // Ordering: Relaxed, see `wake_if_all_sleep`.
        self.rest.store(sleepers.rest(), Relaxed);
        result
    }
}

impl Sleepers {
    fn find(&self, worker: usize) -> Option<usize> {
        self.asleep
            .iter()
            .position(|sleeper| sleeper.worker == worker)
    }

    fn watchers(&self) -> usize {
        self.asleep.iter().filter(|sleeper| sleeper.watches).count()
    }

    fn all_sleep(&self) -> bool {
        self.asleep.len() == self.workers
    }

    fn rest(&self) -> u8 {
        match self.asleep.len() {
            0 => NONE_TO_WAKE,
            _ if self.all_sleep() => ALL_ASLEEP,
            asleep if self.rising > 0 || asleep <= self.visitors => NONE_TO_WAKE,
            _ => SOME_ASLEEP,
        }
    }

    /// Somebody is to rise: one that sleeps soundly, rather than a watcher.
    fn wake(&mut self) -> Option<usize> {
        if self.rising > 0 {
            return None;
        }
        let sound_asleep = self.asleep.iter().rposition(|it| !it.watches);
        let position = sound_asleep.or(self.asleep.len().checked_sub(1))?;
        self.rising += 1;
        Some(self.asleep.remove(position).worker)
    }

    /// Somebody is awake: if others sleep, one of them must watch. Returns the one who does so from now on.
    fn appoint_watcher(&mut self) -> Option<usize> {
        if self.watchers() > 0 || cfg!(stages_mutant = "idle_appoints_no_watcher") {
            return None;
        }
        let last = self.asleep.last_mut()?;
        last.watches = true;
        Some(last.worker)
    }
}
