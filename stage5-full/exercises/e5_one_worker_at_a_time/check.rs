//! One task, a queue, two workers, and somebody who wakes. A seed decides who takes the next step.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stage1_green_threads::course::check;

use super::Task;

/// The task and its surroundings. What the task waits for is news; a poll looks at it in the middle.
struct World {
    task: Task,
    /// How often the task stands in a queue.
    queued: u32,
    /// Who polls it, and whether that poll has looked at the news yet.
    polls: [Option<bool>; 2],
    news: u32,
    seen: u32,
    log: Vec<String>,
}

impl World {
    fn new() -> Self {
        World {
            task: Task::new(),
            queued: 0,
            polls: [None; 2],
            news: 0,
            seen: 0,
            log: Vec::new(),
        }
    }

    fn note(&mut self, what: String) {
        self.log.push(what);
    }

    /// The end of the story: its beginning is of no interest.
    fn story(&self) -> String {
        self.log[self.log.len().saturating_sub(12)..].join("\n")
    }

    fn wake(&mut self) {
        self.news += 1;
        let into_queue = self.task.wake();
        self.note(format!(
            "woken: {}",
            if into_queue { "into the queue" } else { "-" }
        ));
        self.queued += u32::from(into_queue);
    }

    /// Lets a worker take its next step: begin a poll, look at the news, or end the poll. `false`: it has nothing to do.
    fn step(&mut self, worker: usize) -> bool {
        match self.polls[worker] {
            None if self.queued == 0 => return false,
            None => {
                self.queued -= 1;
                self.task.begin_poll();
                self.polls[worker] = Some(false);
                self.note(format!(
                    "worker {worker} takes it from the queue, and begins to poll"
                ));
            }
            Some(false) => {
                self.seen = self.news;
                self.polls[worker] = Some(true);
                self.note(format!("worker {worker} polls: the task looks for news"));
            }
            Some(true) => {
                let into_queue = self.task.end_poll();
                self.polls[worker] = None;
                self.queued += u32::from(into_queue);
                let then = if into_queue {
                    "into the queue"
                } else {
                    "it waits"
                };
                self.note(format!("worker {worker} ends the poll: {then}"));
            }
        }
        true
    }

    /// Lets both workers step until they have nothing to do.
    fn settle(&mut self) {
        for _ in 0..1000 {
            if !self.step(0) & !self.step(1) {
                return;
            }
        }
    }
}

/// However the steps fall, at most one worker polls the task.
#[test]
fn two_workers_never_poll_it_at_once() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut world = World::new();
        for _ in 0..2000 {
            match random.random_range(0..3) {
                // Only one who is not in a queue yet: what else a wake may do wrong is for other checks.
                2 if world.queued == 0 => world.wake(),
                2 => {}
                worker => drop(world.step(worker)),
            }
            assert!(
                world.polls != [Some(true); 2] && world.polls.iter().flatten().count() < 2,
                "{}\nNow two workers poll the same task, and each has a `&mut` to its future.",
                world.story()
            );
        }
    });
}

/// Whoever is woken while it is polled is polled again: it may have looked already.
#[test]
fn a_wake_during_the_poll_is_not_lost() {
    check(|_| {
        let mut world = World::new();
        world.wake();
        world.step(0);
        world.step(0);
        world.wake();
        world.settle();
        assert!(
            world.seen == world.news,
            "{}\nThe last news came after the task had looked. It waits now, and nobody will wake it again.",
            world.story()
        );
    });
}

/// Four wakes, one place in the queue, one poll.
#[test]
fn it_stands_in_a_queue_once() {
    check(|seed| {
        let mut world = World::new();
        for _ in 0..2 + seed % 3 {
            world.wake();
        }
        assert!(
            world.queued == 1,
            "{}\nThe task stands in the queue {} times: as many workers may take it.",
            world.story(),
            world.queued
        );
        // And again, when it was the end of a poll that has put it there.
        world.step(0);
        world.wake();
        if world.queued == 0 {
            world.step(0);
            world.step(0);
            world.wake();
        }
        assert!(
            world.queued <= 1,
            "{}\nThe task stands in the queue {} times: the end of the poll put it there, and the next wake did not know.",
            world.story(),
            world.queued
        );
    });
}

/// A task that nobody has woken since its poll began is left alone.
#[test]
fn it_is_not_polled_without_a_wake() {
    check(|seed| {
        let mut world = World::new();
        for _ in 0..1 + seed % 3 {
            world.wake();
            for _ in 0..3 {
                world.step(0);
            }
            assert!(
                world.queued == 0,
                "{}\nNobody has woken it since that poll began, and it stands in the queue: it keeps a worker busy with waiting.",
                world.story()
            );
        }
    });
}
