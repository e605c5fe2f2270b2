//! Who waits for which timers.
//!
//! A timer is set at the reactor of the worker that polls, and each worker could wait for its own. But to wake up costs some 20 µs of
//! CPU, and if each of several workers has a few timers, all of them wake up for a few. So one of those who wait **keeps time**: it waits
//! for the earliest timer of all, and fires what is due then, of the others as well. These wait for events only.
//!
//! ```text
//!   worker   its timers are due at   waits for
//!   ─────────────────────────────────────────────────────────────────────────────────
//!     0      3, 9                    events, and the time: until 1    the timekeeper
//!     1      1, 7                    events
//!     2      2, 2, 2, 2 …            events, and its own timers       worth a wake of its own
//! ```
//!
//! 1. Who has timers and waits for events only has seen, under the lock, a timekeeper that will be up when the first of them is due. If a
//!    timer is set at its reactor later, and is the earliest there, that interrupts its wait (see stage 2's `Reactor`), and it asks again.
//! 2. A timekeeper that gets up resigns. It tells nobody, as that would be a wake for every wake. One of those who sleep is a watcher
//!    (see [`idle`](super::idle)), looks up within a millisecond, asks, and keeps time from then on. So a sleeper's timer may be late by as much,
//!    if the timekeeper got up just before and has not gone back.
//! 3. A worker for which many timers fire at a time waits for them itself, if somebody else keeps time. That is worth a wake, and what another
//!    fires for it runs over there, in a cache where it has not been. The timekeeper itself goes on until it gets up, as nobody would
//!    notice that it no longer waits for the others.

use std::time::{Duration, Instant};

use stage3_executor::reactor::Reactor;

use super::worker::Worker;
use crate::sync::{Mutex, lock};

#[cfg(all(test, stages_loom))]
mod model;
#[cfg(all(test, not(stages_loom)))]
mod tests;

/// If so many timers of its own fire after one wait, a worker that does not keep time waits for its own from then on.
const MANY: usize = 32;

/// What all workers share for it.
#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    /// Those who keep time, or have it kept for them.
    workers: Vec<usize>,
    keeper: Option<Timekeeper>,
}

#[derive(Debug, Clone, Copy)]
struct Timekeeper {
    worker: usize,
    /// The earliest deadline of all: it will be up then.
    until: Instant,
}

/// What a worker has to itself for it.
#[derive(Default)]
pub(super) struct OwnTime {
    /// The others whose timers it fires when it has kept time. Empty in between; kept for its capacity.
    minded: Vec<usize>,
    /// Whether [`MANY`] timers of its own have fired after its last wait.
    has_many: bool,
}

impl Clock {
    /// A worker has announced its wait, and asks until which time it is to wait. None: somebody else will be up in time, or there
    /// is no timer.
    // region: wait
    pub(crate) fn wait(
        &self,
        worker: usize,
        next_deadline: impl Fn(usize) -> Option<Instant>,
    ) -> Option<Instant> {
        let mut waiting = lock(&self.0);
        if !waiting.workers.contains(&worker) {
            waiting.workers.push(worker);
        }
        let own = next_deadline(worker);
        if waiting.is_minded(worker, own) {
            return None;
        }
        let until = match cfg!(stages_mutant = "clock_keeps_its_own_time_only") {
            true => own,
            false => waiting.earliest(next_deadline),
        };
        waiting.keeper = until.map(|until| Timekeeper { worker, until });
        until
    }
    // endregion: wait

    /// A worker that waits asks whether it may wait for its own timers alone: if somebody else keeps time. That one does not
    /// fire them then.
    pub(crate) fn leave(&self, worker: usize) -> bool {
        let mut waiting = lock(&self.0);
        let may_leave = waiting.keeper.is_some_and(|it| it.worker != worker)
            || cfg!(stages_mutant = "clock_keeper_leaves");
        if may_leave {
            waiting.remove(worker);
        }
        may_leave
    }

    /// The timekeeper is up: puts into `others` whose timers it is to fire besides its own.
    fn minded(&self, keeper: usize, others: &mut Vec<usize>) {
        let waiting = lock(&self.0);
        others.extend(waiting.workers.iter().filter(|&&it| it != keeper));
    }

    /// The worker gets up.
    pub(crate) fn get_up(&self, worker: usize) {
        let mut waiting = lock(&self.0);
        waiting.remove(worker);
        if !cfg!(stages_mutant = "clock_keeper_does_not_resign") {
            waiting.keeper.take_if(|keeper| keeper.worker == worker);
        }
    }
}

impl Waiting {
    fn remove(&mut self, worker: usize) {
        self.workers.retain(|&other| other != worker);
    }

    /// The next deadline of all who wait.
    fn earliest(&self, next_deadline: impl Fn(usize) -> Option<Instant>) -> Option<Instant> {
        self.workers
            .iter()
            .filter_map(|&worker| next_deadline(worker))
            .min()
    }

    /// Whether somebody else will be up by this worker's next deadline.
    fn is_minded(&self, worker: usize, own: Option<Instant>) -> bool {
        self.keeper.is_some_and(|keeper| {
            keeper.worker != worker && own.is_none_or(|own| keeper.until <= own)
        })
    }
}

impl Worker {
    /// Waits in its reactor for an event, for `timeout` at most, and for the time if that is up to it.
    pub(super) fn wait_and_keep_time(&mut self, reactor: &mut Reactor, timeout: Option<Duration>) {
        let (me, shared) = (self.local.index, self.shared().clone());
        let OwnTime { minded, has_many } = &mut self.time;
        let driver_of = |worker: usize| &shared.seats[worker].driver;
        let next_deadline = |worker| driver_of(worker).next_deadline();
        let (mut keeps_time, mut has_waited) = (false, false);
        let turned = reactor.turn_with(|| {
            let waits_alone = *has_many && shared.clock.leave(me);
            let until = match waits_alone {
                true => next_deadline(me),
                false => shared.clock.wait(me, next_deadline),
            };
            keeps_time = !waits_alone && until.is_some();
            let limit = driver_of(me).limit(until, timeout);
            has_waited = limit != Some(Duration::ZERO);
            limit
        });
        let turn = super::sleep::expect_turn(turned);
        if has_waited {
            *has_many = turn.timers >= MANY;
        }
        if keeps_time {
            shared.clock.minded(me, minded);
            for other in minded.drain(..) {
                reactor.fire_timers_of(driver_of(other));
            }
        }
    }
}
