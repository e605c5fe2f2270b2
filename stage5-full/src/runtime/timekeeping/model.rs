//! Keeping time under loom: two workers that wait and get up, and somebody who sets a timer.
//!
//! The clock is the real one; a reactor is its earliest deadline, and whether it waits. At the end, if somebody who waits has a timer, then
//! somebody waits until then or less. With the mutant `clock_keeps_its_own_time_only` nobody waits for a timer of the other; with
//! `clock_keeper_does_not_resign` one relies on a timekeeper that has got up, with `clock_keeper_leaves` on one that waits for its own timers.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::SeqCst};
use loom::thread;
use std::time::Duration;

use super::*;

struct World {
    clock: Clock,
    start: Instant,
    reactors: [Reactor; 2],
}

#[derive(Default)]
struct Reactor {
    deadline: Mutex<Option<u64>>,
    waits: AtomicBool,
    interrupted: AtomicBool,
}

/// Until when a worker waits for the time.
type Limit = Option<Instant>;

impl World {
    fn new(deadlines: [Option<u64>; 2]) -> Arc<Self> {
        Arc::new(World {
            clock: Clock::default(),
            start: Instant::now(),
            reactors: deadlines.map(|deadline| Reactor {
                deadline: Mutex::new(deadline),
                ..Reactor::default()
            }),
        })
    }

    fn deadline(&self, worker: usize) -> Option<Instant> {
        let deadline = *lock(&self.reactors[worker].deadline);
        deadline.map(|deadline| self.start + Duration::from_secs(deadline))
    }

    /// Announces the wait, and asks for how long.
    fn wait(&self, worker: usize) -> Limit {
        self.reactors[worker].waits.swap(true, SeqCst);
        self.clock.wait(worker, |worker| self.deadline(worker))
    }

    /// As [`wait`](Self::wait), after many timers of its own have fired.
    fn wait_with_many(&self, worker: usize) -> Limit {
        self.reactors[worker].waits.swap(true, SeqCst);
        match self.clock.leave(worker) {
            true => self.deadline(worker),
            false => self.clock.wait(worker, |worker| self.deadline(worker)),
        }
    }

    fn get_up(&self, worker: usize) {
        self.reactors[worker].waits.swap(false, SeqCst);
        self.clock.get_up(worker);
    }

    /// Sets a timer that is the earliest of its reactor.
    fn set_timer(&self, worker: usize, deadline: u64) {
        let reactor = &self.reactors[worker];
        *lock(&reactor.deadline) = Some(deadline);
        if reactor.waits.load(SeqCst) {
            reactor.interrupted.swap(true, SeqCst);
        }
    }

    /// Who has been interrupted asks again; then there must be somebody in time for each timer of those who wait.
    fn assert_kept(&self, mut waits: [Option<Limit>; 2]) {
        for (worker, wait) in waits.iter_mut().enumerate() {
            if wait.is_some() && self.reactors[worker].interrupted.load(SeqCst) {
                *wait = Some(self.wait(worker));
            }
        }
        let first_up = waits.iter().flatten().flatten().min();
        for worker in (0..2).filter(|&worker| waits[worker].is_some()) {
            let deadline = self.deadline(worker);
            assert!(
                deadline.is_none_or(|deadline| first_up.is_some_and(|up| *up <= deadline)),
                "model: nobody waits for the timer of worker {worker}: {waits:?}"
            );
        }
    }
}

#[test]
fn two_who_begin_to_wait_keep_time_for_both() {
    loom::model(|| {
        let world = World::new([Some(5), Some(3)]);
        let waits = [0, 1].map(|worker| {
            let world = world.clone();
            thread::spawn(move || world.wait(worker))
        });
        world.assert_kept(waits.map(|wait| Some(wait.join().unwrap())));
    });
}

#[test]
fn one_who_gets_up_and_comes_back_without_a_timer_keeps_time_for_the_other() {
    loom::model(|| {
        let world = World::new([Some(5), Some(3)]);
        let other = {
            let world = world.clone();
            thread::spawn(move || world.wait(0))
        };
        world.wait(1);
        *lock(&world.reactors[1].deadline) = None;
        world.get_up(1);
        let back = world.wait(1);
        world.assert_kept([Some(other.join().unwrap()), Some(back)]);
    });
}

#[test]
fn a_timekeeper_for_which_many_timers_fire_goes_on_while_it_does_not_get_up() {
    loom::model(|| {
        let world = World::new([Some(5), Some(3)]);
        world.wait(1);
        let other = {
            let world = world.clone();
            thread::spawn(move || world.wait(0))
        };
        // Its timers have fired; what they wake runs on other threads.
        *lock(&world.reactors[1].deadline) = None;
        let again = world.wait_with_many(1);
        world.assert_kept([Some(other.join().unwrap()), Some(again)]);
    });
}

#[test]
fn a_watcher_keeps_time_after_the_timekeeper_got_up() {
    loom::model(|| {
        let world = World::new([Some(5), Some(3)]);
        let keeper = {
            let world = world.clone();
            thread::spawn(move || {
                world.wait(1);
                world.get_up(1);
            })
        };
        world.wait(0);
        keeper.join().unwrap();
        // After a tick.
        let wait = world.wait(0);
        world.assert_kept([Some(wait), None]);
    });
}

#[test]
fn a_timer_that_is_set_for_a_worker_about_to_wait_is_kept() {
    loom::model(|| {
        let world = World::new([Some(5), Some(3)]);
        let keeper = world.wait(1);
        let sets = {
            let world = world.clone();
            thread::spawn(move || world.set_timer(0, 1))
        };
        let wait = world.wait(0);
        sets.join().unwrap();
        world.assert_kept([Some(wait), Some(keeper)]);
    });
}
