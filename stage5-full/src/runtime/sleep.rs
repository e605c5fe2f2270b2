//! What a worker does when there is nothing to do: it waits in its reactor, or keeps watch.
//!
//! ```text
//!   fall_asleep ─► look once more ─► role? ─┬─ Sleeper: wait in the reactor ──────────┐
//!                        │             ▲    ├─ Watcher: wait for a tick ─► look after │
//!                   found│             │    │             the others                  │
//!                        │             └────┼─────── nothing for this worker ◄────────┤
//!                        ▼                  ▼                                         │ tasks woken
//!                      get_up ◄──────── Rising ◄──────────────────────────────────────┘
//! ```
//!
//! **No reactor goes deaf.** A worker that is held in a long poll cannot turn its reactor, run what it has queued, or what
//! it has just woken. The watcher sees that its count of polls stands still, turns its reactor, and takes what that makes ready.
//!
//! Invariant: a reactor is turned by whoever holds its lock. Its worker waits in it only after it has asked for its
//! role *under that lock*; so a notification cannot have been used up by somebody who turned it in between.

use std::io;
use std::time::Duration;

use stage1_green_threads::trace;
use stage2_reactor::Turn;
use stage3_executor::reactor::Reactor;

use super::idle::Role;
use super::worker::Worker;
use crate::sync::lock;

/// How long the watcher sleeps at a time. Half as long if it has seen a task in a LIFO slot, from where nobody can steal it:
/// if that is still there at the next look, its worker is held.
pub(super) const TICK: Duration = Duration::from_millis(1);

impl Worker {
    /// Waits until there is something to do, or seems to be.
    // region: sleep
    pub(super) fn sleep(&mut self) {
        self.forget_released();
        let (me, shared) = (self.local.index, self.shared().clone());
        let rising = std::mem::take(&mut self.rising);
        let has_work = || shared.injection.has_values() || self.others_have_tasks();
        if shared.idle.fall_asleep(me, rising, has_work) {
            self.note_polls();
            self.wait();
            shared.clock.get_up(me);
        }
        self.crowded = None;
        let (rising, watcher) = shared.idle.get_up(me);
        self.rising = rising;
        if let Some(watcher) = watcher {
            shared.notify(watcher);
        }
    }
    // endregion: sleep

    // region: wait
    fn wait(&mut self) {
        loop {
            let role = self.wait_once();
            self.forget_released();
            if role == Role::Rising || self.local.has_tasks() {
                return;
            }
            if role == Role::Watcher && self.watch() {
                return;
            }
            if role == Role::Sleeper {
                // It may have been notified to watch: what counts is what happens from now on.
                self.note_polls();
            }
        }
    }

    /// Waits in the reactor, as its role demands, for one event.
    fn wait_once(&mut self) -> Role {
        let (me, shared) = (self.local.index, self.shared().clone());
        let seat = &shared.seats[me];
        let mut reactor = lock(&seat.reactor);
        let role = shared.idle.role(me);
        let timeout = match role {
            Role::Rising => return role,
            Role::Watcher => Some(self.tick),
            Role::Sleeper => None,
        };
        let reactor = reactor
            .as_mut()
            .expect("invariant: a worker that runs has its reactor");
        seat.counters.parks.add(1);
        seat.counters.turns.add(1);
        trace::park(me);
        self.wait_and_keep_time(reactor, timeout);
        trace::unpark(me);
        role
    }
    // endregion: wait

    /// Takes down how many polls each worker has begun.
    fn note_polls(&mut self) {
        for worker in 0..self.seen.len() {
            self.has_moved(worker);
        }
    }

    /// Whether a worker has begun a poll since this was last asked.
    fn has_moved(&mut self, worker: usize) -> bool {
        let polls = self.shared().seats[worker].counters.polls.get();
        std::mem::replace(&mut self.seen[worker], polls) != polls
    }

    /// One look at the others. Returns whether there is something for this worker to do.
    // region: watch
    fn watch(&mut self) -> bool {
        let mut moved = false;
        for worker in 0..self.seen.len() {
            if self.has_moved(worker) {
                moved = true;
            } else if worker != self.local.index {
                self.rescue(worker);
            }
        }
        if self.local.has_tasks() || self.others_have_tasks() {
            return true;
        }
        let mut seats = self.shared().seats.iter();
        self.tick = match seats.any(|seat| seat.rescue.is_full()) {
            true => TICK / 2,
            false => TICK,
        };
        if !moved {
            self.shared().idle.end_watch(self.local.index);
        }
        false
    }

    /// A worker has not begun a poll since the last look. If it sleeps, its reactor is locked and this does nothing. If
    /// it is held in a poll, this does in its place what it cannot do now.
    fn rescue(&self, held: usize) {
        let seat = &self.shared().seats[held];
        if let Some(task) = seat.rescue.take()
            && let Err(late) = self.local.push(task)
        {
            late.cancel();
        }
        if let Ok(mut reactor) = seat.reactor.try_lock()
            && let Some(reactor) = &mut *reactor
        {
            self.seat().counters.rescues.add(1);
            turn(reactor, Some(Duration::ZERO));
        }
    }
    // endregion: watch

    /// Whether there is something to steal, or in the global queue.
    fn others_have_tasks(&self) -> bool {
        let shared = self.shared();
        shared.injection.len() > 0 || shared.seats.iter().any(|seat| seat.stealer.len() > 0)
    }
}

/// Turns a reactor: whoever waited for what has happened is woken, on this thread.
pub(super) fn turn(reactor: &mut Reactor, timeout: Option<Duration>) {
    expect_turn(reactor.turn(timeout));
}

pub(super) fn expect_turn(turned: io::Result<Turn>) -> Turn {
    turned.unwrap_or_else(|error| panic!("the operating system's event queue failed: {error}"))
}
