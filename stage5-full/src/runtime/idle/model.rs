//! Sleeping and waking under loom, with the global queue that it is about.
//!
//! The list and the queue are the real ones. The models' workers do not really block: one that would wait in its
//! reactor has come to rest, and its notification is a flag, which is used up by whoever turns the reactor. When all threads are
//! through, these must hold:
//!
//! * nothing is queued, or somebody has been notified and will look. The mutant `idle_sleeps_without_a_second_look`
//!   leaves out the second look at the queue, and then a task waits while every worker sleeps. The mutant
//!   `idle_leaves_without_a_look` does the same to a visitor;
//! * if somebody is awake and somebody asleep, one of the sleepers knows that it watches. The mutant
//!   `idle_appoints_no_watcher` breaks that;
//! * after closing, nobody is left asleep. With the mutant `idle_waits_after_closing`, one whose notification was used up
//!   by the watcher is.

use loom::sync::atomic::{AtomicBool, Ordering::SeqCst};
use loom::sync::{Arc, Mutex};
use loom::thread;

use super::*;
use crate::runtime::injection::Injection;

struct World {
    idle: Idle,
    queue: Injection<usize>,
    /// Whether the worker waits in its reactor, for as long as nobody notifies it.
    reactors: [Mutex<bool>; 2],
    notified: [AtomicBool; 2],
}

#[derive(Debug, PartialEq)]
enum Rest {
    Awake,
    Asleep(Role),
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(World {
            idle: Idle::new(2),
            queue: Injection::new(),
            reactors: [0, 1].map(|_| Mutex::new(false)),
            notified: [0, 1].map(|_| AtomicBool::new(false)),
        })
    }

    fn notify(&self, worker: Option<usize>) {
        if let Some(worker) = worker {
            // An exchange, which loom orders among the other exchanges, as it does not do with a store.
            self.notified[worker].swap(true, SeqCst);
        }
    }

    fn push(&self, value: usize) {
        self.queue.push(value).unwrap();
        self.notify(self.idle.wake_if_all_sleep(false));
    }

    /// What a worker does that has run out of work, until it waits or has found some.
    fn run_dry(&self, worker: usize, rising: bool) -> Rest {
        let has_work = || self.queue.has_values();
        if !self.idle.fall_asleep(worker, rising, has_work) {
            return self.rise(worker);
        }
        match self.wait(worker) {
            Rest::Awake => self.rise(worker),
            asleep => asleep,
        }
    }

    /// Waits in its reactor until its role says that it should not, or for ever.
    fn wait(&self, worker: usize) -> Rest {
        loop {
            let mut waits = lock(&self.reactors[worker]);
            let role = self.idle.role(worker);
            if role == Role::Rising {
                return Rest::Awake;
            }
            if !self.notified[worker].swap(false, SeqCst) {
                *waits = true;
                return Rest::Asleep(role);
            }
        }
    }

    /// What a watcher does for a worker that seems to be held.
    fn turn_reactor_of(&self, worker: usize) {
        let waits = lock(&self.reactors[worker]);
        if !*waits {
            self.notified[worker].swap(false, SeqCst);
        }
    }

    fn rise(&self, worker: usize) -> Rest {
        let (rising, watcher) = self.idle.get_up(worker);
        self.notify(watcher);
        if self.queue.pop_batch(1, 0, |_| ()).is_none() {
            return self.run_dry(worker, rising);
        }
        if rising {
            self.idle.arrived();
        }
        if self.queue.len() > 0 {
            self.notify(self.idle.wake_one());
        }
        Rest::Awake
    }

    /// Who has been notified by the first push, which finds both asleep. He has seen it, and will rise.
    fn first_notified(&self) -> usize {
        let mut workers = 0..2;
        let notified = workers.find(|&worker| self.notified[worker].swap(false, SeqCst));
        notified.expect("the first push wakes somebody")
    }

    fn assert_at_rest(&self, rests: [Rest; 2]) {
        let told = |worker: usize| self.notified[worker].load(SeqCst);
        assert!(
            !self.queue.has_values() || rests.contains(&Rest::Awake) || told(0) || told(1),
            "model: a task waits while every worker sleeps"
        );
        let sleeps = |worker: &usize| matches!(rests[*worker], Rest::Asleep(_)) && !told(*worker);
        if rests.contains(&Rest::Awake) && (0..2).any(|worker| sleeps(&worker)) {
            let knows = |worker: usize| {
                self.idle.watches(worker)
                    && (rests[worker] == Rest::Asleep(Role::Watcher) || told(worker))
            };
            assert!(
                knows(0) || knows(1),
                "model: a worker is awake, another sleeps, and nobody watches"
            );
        }
    }

    /// The same where one has risen, and the other sleeps.
    fn assert_at_rest_with(&self, risen: usize, rest: Rest) {
        let mut rests = [rest, Rest::Asleep(self.idle.role(1 - risen))];
        rests.rotate_left(risen);
        self.assert_at_rest(rests);
    }
}

#[test]
fn a_push_while_workers_fall_asleep_is_seen() {
    loom::model(|| {
        let world = World::new();
        let workers = [0, 1].map(|worker| {
            let world = world.clone();
            thread::spawn(move || world.run_dry(worker, false))
        });
        world.push(1);
        let rests = workers.map(|worker| worker.join().unwrap());
        world.assert_at_rest(rests);
    });
}

#[test]
fn a_second_push_while_the_first_one_wakes_somebody_is_seen() {
    loom::model(|| {
        let world = World::new();
        assert!([0, 1].map(|w| world.idle.fall_asleep(w, false, || false)) == [true; 2]);
        world.push(1);
        let risen = world.first_notified();
        let worker = {
            let world = world.clone();
            thread::spawn(move || world.rise(risen))
        };
        world.push(2);
        let rest = worker.join().unwrap();
        // One of the two values may be left for the worker that is awake; but not if it went back to sleep.
        world.assert_at_rest_with(risen, rest);
    });
}

#[test]
fn what_a_visitor_pushes_is_seen_when_it_leaves() {
    loom::model(|| {
        let world = World::new();
        assert!([0, 1].map(|w| world.idle.fall_asleep(w, false, || false)) == [true; 2]);
        world.queue.push(1).unwrap();
        world.notify(world.idle.wake_if_all_sleep(true));
        let risen = world.first_notified();
        let worker = {
            let world = world.clone();
            thread::spawn(move || {
                world.rise(risen);
                world.run_dry(risen, false)
            })
        };
        // The rest of the visit: pushes that wake nobody.
        world.queue.push(2).unwrap();
        world.notify(world.idle.leave(|| world.queue.len() > 0));
        let rest = worker.join().unwrap();
        world.assert_at_rest_with(risen, rest);
    });
}

#[test]
fn a_worker_that_gets_up_by_itself_leaves_a_watcher() {
    loom::model(|| {
        let world = World::new();
        world.queue.push(1).unwrap();
        world.idle.fall_asleep(0, false, || false);
        let other = {
            let world = world.clone();
            thread::spawn(move || {
                world.idle.fall_asleep(1, false, || false);
                // It has seen nothing happen for a tick.
                world.idle.end_watch(1);
                Rest::Asleep(world.idle.role(1))
            })
        };
        // An event at the reactor of worker 0.
        let first = world.rise(0);
        let rests = [first, other.join().unwrap()];
        world.assert_at_rest(rests);
    });
}

#[test]
fn a_worker_whose_notification_another_one_used_up_sees_the_end() {
    loom::model(|| {
        let world = World::new();
        let worker = {
            let world = world.clone();
            thread::spawn(move || {
                world.idle.fall_asleep(0, false, || false);
                world.wait(0)
            })
        };
        let watcher = {
            let world = world.clone();
            thread::spawn(move || world.turn_reactor_of(0))
        };
        world.idle.close();
        world.notify(Some(0));
        let rest = worker.join().unwrap();
        watcher.join().unwrap();
        let told = world.notified[0].load(SeqCst);
        assert!(
            rest == Rest::Awake || told,
            "model: a worker sleeps on after closing"
        );
    });
}
