//! Who sleeps, who is woken, and who keeps watch.
//!
//! An idle worker sleeps in its reactor. Three rules decide who is disturbed:
//!
//! 1. **No wake is lost.** A worker that goes to sleep puts itself on the list, and then looks at the global queue once more.
//!    Who puts something there looks at the list afterwards. The queue's lock is held by both in between, so one of them
//!    sees the other.
//! 2. **No herd.** At most one woken worker at a time is *rising*: on its way to look for work. While one is, nobody
//!    else is woken; it wakes the next one if it finds more than it can do.
//! 3. **Nobody is left alone.** While one worker is awake and another asleep, one of the sleepers is the *watcher*: it
//!    sleeps for a millisecond at a time only, and helps whoever is held in a long poll. When all sleep and nothing has happened
//!    for a tick, the watch ends and nobody wakes any more.
//!
//! ```text
//!                 fall_asleep                    fall_asleep, and somebody is awake
//!         ┌──────────────────────── AWAKE ────────────────────────┐
//!         │                         ▲ ▲ ▲                         │
//!         ▼     get_up (an event)   │ │ │  get_up (a tick, event) ▼
//!      ASLEEP ──────────────────────┘ │ └────────────────────── WATCHING
//!         │ │                      arrived                        ▲ │ │
//!         │ └───────────────► RISING ─┘   RISING ◄────────────────│─┘ │
//!         │      wake_one                         wake_one (the   │   │
//!         │                                       only sleeper)   │   │
//!         └───────────────────────────────────────────────────────┘   │
//!         ▲         somebody got up and there was no watcher          │
//!         └───────────────────────────────────────────────────────────┘
//!                   end_watch
//! ```
//!
//! The list is behind a lock: whoever takes it is about to make a system call anyway. Those who are not, that is
//! everyone who makes a task ready, first read one atomic flag: is it worth while to wake somebody?
//!
//! When the runtime ends, the list is closed: whoever asks for his role from then on does not wait.
//!
//! A worker that queues a task for itself does not need rule 1: it will run that task. If it wakes nobody because the
//! flag it read was old, the watcher comes by within a millisecond.

use std::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicBool, Mutex, lock};

#[cfg(all(test, stages_loom))]
mod model;

#[derive(Debug)]
pub(crate) struct Idle {
    /// Whether somebody sleeps and nobody rises. Written under the lock, read without it.
    worth_waking: AtomicBool,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug)]
struct Sleepers {
    /// How many workers there are, awake or not.
    workers: usize,
    /// Who sleeps; the last one fell asleep last, so its cache is the warmest.
    asleep: Vec<usize>,
    watcher: Option<usize>,
    /// How many were woken and have neither found work nor gone back to sleep yet.
    rising: usize,
    /// Whether the runtime ends.
    closed: bool,
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
            worth_waking: AtomicBool::new(false),
            sleepers: Mutex::new(Sleepers {
                workers,
                asleep: Vec::with_capacity(workers),
                watcher: None,
                rising: 0,
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
            sleepers.asleep.push(worker);
            let somebody_is_awake = sleepers.asleep.len() < sleepers.workers;
            if somebody_is_awake && sleepers.watcher.is_none() {
                sleepers.watcher = Some(worker);
            }
        });
        cfg!(stages_mutant = "idle_sleeps_without_a_second_look") || !has_work()
    }
    // endregion: fall_asleep

    /// What the worker is to do now. To be called under the lock of the worker's reactor: a watcher who held it before may
    /// have used up a notification, but not the reason for it, which is seen here.
    pub(crate) fn role(&self, worker: usize) -> Role {
        let sleepers = lock(&self.sleepers);
        let closed = sleepers.closed && !cfg!(stages_mutant = "idle_waits_after_closing");
        match sleepers.asleep.contains(&worker) && !closed {
            false => Role::Rising,
            true if sleepers.watcher == Some(worker) => Role::Watcher,
            true => Role::Sleeper,
        }
    }

    /// The worker has something to do, or has been woken. Returns whether it was woken (and so is rising), and
    /// which sleeper must be notified because it is the watcher from now on.
    // region: get_up
    pub(crate) fn get_up(&self, worker: usize) -> (bool, Option<usize>) {
        self.update(|sleepers| {
            let asleep = sleepers.asleep.iter().position(|&other| other == worker);
            if let Some(position) = asleep {
                sleepers.remove(position);
            }
            (asleep.is_none(), sleepers.appoint_watcher())
        })
    }
    // endregion: get_up

    /// Picks a worker to be notified, if that is worth while. To be called after the reason for it has become visible.
    // region: wake_one
    pub(crate) fn wake_one(&self) -> Option<usize> {
        // Ordering: Relaxed. Who has pushed to the global queue has held its lock since: if a worker fell asleep before
        // that, this load sees it; if it did so after, that worker's second look sees what was pushed.
        if !self.worth_waking.load(Relaxed) {
            return None;
        }
        self.update(|sleepers| {
            if sleepers.rising > 0 {
                return None;
            }
            let watcher = sleepers.watcher;
            let other = |&sleeper: &usize| Some(sleeper) != watcher;
            let position = sleepers.asleep.iter().rposition(other);
            let position = position.or(sleepers.asleep.len().checked_sub(1))?;
            sleepers.rising += 1;
            Some(sleepers.remove(position))
        })
    }
    // endregion: wake_one

    /// A worker that was woken has found something to do. It should wake the next one if there is more.
    pub(crate) fn arrived(&self) {
        self.update(|sleepers| sleepers.rising -= 1);
    }

    /// The watcher has seen nothing happen for a tick: it may sleep like the others, if all of them do.
    pub(crate) fn end_watch(&self, worker: usize) {
        self.update(|sleepers| {
            let all_asleep = sleepers.asleep.len() == sleepers.workers;
            if all_asleep && sleepers.watcher == Some(worker) {
                sleepers.watcher = None;
            }
        });
    }

    /// Nobody is to wait any more. Those who do must be notified afterwards.
    pub(crate) fn close(&self) {
        self.update(|sleepers| sleepers.closed = true);
    }

    /// Who watches.
    #[cfg(all(test, stages_loom))]
    fn watcher(&self) -> Option<usize> {
        lock(&self.sleepers).watcher
    }

    fn update<R>(&self, change: impl FnOnce(&mut Sleepers) -> R) -> R {
        let mut sleepers = lock(&self.sleepers);
        let result = change(&mut sleepers);
        let worth_waking = !sleepers.asleep.is_empty() && sleepers.rising == 0;
        // Ordering: Relaxed, see `wake_one`.
        self.worth_waking.store(worth_waking, Relaxed);
        result
    }
}

impl Sleepers {
    fn remove(&mut self, position: usize) -> usize {
        let worker = self.asleep.remove(position);
        if self.watcher == Some(worker) {
            self.watcher = None;
        }
        worker
    }

    /// Somebody is awake: if others sleep, one of them must watch. Returns the one who does so from now on.
    fn appoint_watcher(&mut self) -> Option<usize> {
        if self.watcher.is_some() || cfg!(stages_mutant = "idle_appoints_no_watcher") {
            return None;
        }
        self.watcher = self.asleep.last().copied();
        self.watcher
    }
}

#[cfg(all(test, not(stages_loom)))]
mod tests {
    use super::*;

    fn fall_asleep(idle: &Idle, worker: usize, rising: bool) {
        assert!(idle.fall_asleep(worker, rising, || false));
    }

    #[test]
    fn the_last_one_awake_needs_no_watcher_and_the_first_one_up_gets_one() {
        let idle = Idle::new(2);
        fall_asleep(&idle, 0, false);
        assert_eq!(idle.role(0), Role::Watcher);
        fall_asleep(&idle, 1, false);
        assert_eq!(idle.role(1), Role::Sleeper);
        idle.end_watch(0);
        assert_eq!(idle.role(0), Role::Sleeper);
        assert_eq!(idle.get_up(0), (false, Some(1)));
        assert_eq!(idle.role(1), Role::Watcher);
    }

    #[test]
    fn one_worker_rises_at_a_time() {
        let idle = Idle::new(3);
        (0..3).for_each(|worker| fall_asleep(&idle, worker, false));
        let first = idle.wake_one().unwrap();
        assert_eq!(idle.role(first), Role::Rising);
        assert_eq!(idle.wake_one(), None);
        idle.arrived();
        let second = idle.wake_one().unwrap();
        assert_ne!(first, second);
        fall_asleep(&idle, second, true);
        assert!(idle.wake_one().is_some());
    }

    #[test]
    fn the_watcher_is_woken_last() {
        let idle = Idle::new(3);
        fall_asleep(&idle, 0, false);
        fall_asleep(&idle, 1, false);
        assert_eq!((idle.role(0), idle.wake_one()), (Role::Watcher, Some(1)));
        idle.arrived();
        assert_eq!(idle.wake_one(), Some(0));
        idle.arrived();
        assert_eq!(idle.wake_one(), None);
    }

    #[test]
    fn a_watch_does_not_end_while_somebody_is_awake() {
        let idle = Idle::new(2);
        fall_asleep(&idle, 0, false);
        idle.end_watch(0);
        assert_eq!(idle.role(0), Role::Watcher);
    }

    #[test]
    fn nobody_waits_who_finds_work_at_the_second_look_or_after_closing() {
        let idle = Idle::new(2);
        assert!(!idle.fall_asleep(0, false, || true));
        fall_asleep(&idle, 1, false);
        idle.close();
        assert_eq!([0, 1].map(|w| idle.role(w)), [Role::Rising; 2]);
    }
}
