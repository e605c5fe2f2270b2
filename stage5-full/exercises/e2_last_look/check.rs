//! Takes the steps of the two in every order that there is.

use stage1_green_threads::course::check;

use super::{Spawner, Worker, when_the_queue_is_empty, when_there_is_a_task};

/// Where both are.
#[derive(Default)]
struct World {
    queue: u32,
    has_said_that_it_sleeps: bool,
    /// A wake that came before the sleep.
    woken: bool,
    place: Place,
    system_calls: u32,
    log: Vec<String>,
}

#[derive(Default, Debug, PartialEq, Eq)]
enum Place {
    #[default]
    BetweenSteps,
    Asleep,
    /// It has a task, or was woken: it goes on with its loop, and begins with a look into its queue.
    InItsLoop,
}

impl World {
    fn note(&mut self, who: &str, what: &str) {
        self.log.push(format!("{who:8} {what}"));
    }

    fn worker(&mut self, step: Worker) {
        match step {
            Worker::LookAgain if self.queue > 0 => {
                self.note("worker", "looks again: there is a task, takes it");
                self.place = Place::InItsLoop;
                self.has_said_that_it_sleeps = false;
            }
            Worker::LookAgain => self.note("worker", "looks again: nothing"),
            Worker::SayThatISleep => {
                self.note("worker", "says that it sleeps");
                self.has_said_that_it_sleeps = true;
            }
            Worker::Sleep if self.woken => {
                self.note("worker", "wants to sleep: has been woken already");
                self.place = Place::InItsLoop;
            }
            Worker::Sleep => {
                self.note("worker", "sleeps");
                self.place = Place::Asleep;
            }
        }
    }

    fn spawner(&mut self, step: Spawner) {
        match step {
            Spawner::Push => {
                self.note("spawner", "pushes a task");
                self.queue += 1;
            }
            Spawner::WakeIfItSleeps if !self.has_said_that_it_sleeps => {
                self.note(
                    "spawner",
                    "looks whether the worker sleeps: it has not said so",
                );
            }
            Spawner::Wake | Spawner::WakeIfItSleeps => self.wake(),
        }
    }

    fn wake(&mut self) {
        self.note("spawner", "wakes the worker");
        self.system_calls += 1;
        self.woken = true;
        self.has_said_that_it_sleeps = false;
        if self.place == Place::Asleep {
            self.looks_after_its_sleep();
        }
    }

    /// A worker that has slept looks into its queue, and sleeps again if it is empty.
    fn looks_after_its_sleep(&mut self) {
        if self.queue > 0 {
            self.note("worker", "wakes up, and takes the task");
            self.place = Place::InItsLoop;
        } else {
            self.note("worker", "wakes up, finds nothing, and sleeps again");
            self.has_said_that_it_sleeps = true;
        }
        self.woken = false;
    }

    fn story(&self) -> String {
        self.log.join("\n")
    }
}

/// Takes the steps in one order: the bits of `order` say whose step is next.
fn run(mut order: u32, worker: &[Worker], spawner: &[Spawner]) -> World {
    let mut world = World::default();
    let (mut worker, mut spawner) = (worker.iter(), spawner.iter());
    for _ in 0..worker.len() + spawner.len() {
        let workers_turn = order & 1 == 1;
        order >>= 1;
        if workers_turn && world.place == Place::BetweenSteps {
            if let Some(step) = worker.next() {
                world.worker(*step);
            }
        } else if let Some(step) = spawner.next() {
            world.spawner(*step);
        }
    }
    for step in spawner {
        world.spawner(*step);
    }
    for step in worker {
        if world.place == Place::BetweenSteps {
            world.worker(*step);
        }
    }
    world
}

/// In no order of the steps does the worker sleep while a task is in its queue.
#[test]
fn no_task_is_slept_through() {
    check(|_| {
        let (worker, spawner) = (when_the_queue_is_empty(), when_there_is_a_task());
        assert!(
            spawner.contains(&Spawner::Push),
            "the task is never pushed: somebody spawns a task, and nobody hears of it"
        );
        for order in 0..1 << (worker.len() + spawner.len()) {
            let world = run(order, &worker, &spawner);
            assert!(
                world.place != Place::Asleep || world.queue == 0,
                "{}\nNow the worker sleeps, and a task is in its queue. Nobody will wake it.",
                world.story()
            );
        }
    });
}

/// With nothing to do, the worker ends up asleep.
#[test]
fn a_worker_without_tasks_sleeps() {
    check(|_| {
        let world = run(u32::MAX, &when_the_queue_is_empty(), &[]);
        assert!(
            world.place == Place::Asleep,
            "{}\nThere is nothing to do, and the worker does not sleep: it goes round its loop, and keeps a core busy.",
            world.story()
        );
    });
}

/// Who has a task for a worker that is awake makes no system call.
#[test]
fn who_is_awake_is_not_woken() {
    check(|_| {
        let world = run(0, &[], &when_there_is_a_task());
        assert!(
            world.system_calls == 0,
            "the worker is awake, and far from sleeping\n{}\nThat was a system call for nothing, and so it is at each spawn.",
            world.story()
        );
    });
}
