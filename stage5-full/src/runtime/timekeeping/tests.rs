//! Who keeps time, one call after the other. What happens at the same time is in `model`.

use super::*;

struct Workers {
    clock: Clock,
    start: Instant,
    /// The next deadline of each worker.
    deadlines: Vec<Option<u64>>,
}

impl Workers {
    fn new(deadlines: &[Option<u64>]) -> Self {
        Workers {
            clock: Clock::default(),
            start: Instant::now(),
            deadlines: deadlines.to_vec(),
        }
    }

    /// Until when the worker waits.
    fn wait(&self, worker: usize) -> Option<u64> {
        let until = self.clock.wait(worker, |worker| {
            self.deadlines[worker].map(|deadline| self.start + Duration::from_secs(deadline))
        });
        until.map(|until| (until - self.start).as_secs())
    }

    /// For whom the worker fires timers, if it has kept time.
    fn minded(&self, worker: usize) -> Vec<usize> {
        let mut others = Vec::new();
        self.clock.minded(worker, &mut others);
        others
    }
}

#[test]
fn the_first_who_waits_keeps_time_for_those_who_come_later() {
    let workers = Workers::new(&[Some(3), Some(5), None]);
    assert_eq!(workers.wait(0), Some(3));
    assert_eq!(workers.wait(1), None);
    assert_eq!(workers.wait(2), None);
    assert_eq!(workers.minded(0), [1, 2]);
}

#[test]
fn an_earlier_deadline_makes_another_timekeeper() {
    let workers = Workers::new(&[Some(3), Some(1)]);
    assert_eq!(workers.wait(0), Some(3));
    assert_eq!(workers.wait(1), Some(1));
    assert_eq!(workers.wait(0), None);
}

#[test]
fn a_timekeeper_resigns_when_it_gets_up() {
    let workers = Workers::new(&[Some(3), Some(5)]);
    workers.wait(0);
    assert_eq!(workers.wait(1), None);
    workers.clock.get_up(0);
    assert_eq!(workers.wait(1), Some(5));
}

#[test]
fn a_timekeeper_whose_timers_are_over_waits_for_those_of_others() {
    let mut workers = Workers::new(&[Some(3), Some(5)]);
    workers.wait(0);
    workers.wait(1);
    workers.deadlines[0] = None;
    assert_eq!(workers.wait(0), Some(5));
}

#[test]
fn who_is_minded_gets_up_and_leaves_the_timekeeper_as_it_is() {
    let workers = Workers::new(&[Some(3), Some(5), Some(7)]);
    for worker in 0..3 {
        workers.wait(worker);
    }
    workers.clock.get_up(1);
    assert_eq!(workers.wait(2), None);
    assert_eq!(workers.minded(0), [2]);
}

#[test]
fn the_timekeeper_does_not_fire_the_timers_of_one_who_has_left() {
    let workers = Workers::new(&[Some(3), Some(5)]);
    workers.wait(0);
    workers.wait(1);
    assert!(workers.clock.leave(1));
    assert!(workers.minded(0).is_empty());
}

#[test]
fn a_timekeeper_goes_on_however_many_timers_it_has() {
    let mut workers = Workers::new(&[Some(3), Some(5)]);
    assert!(!workers.clock.leave(0), "nobody keeps time yet");
    workers.wait(0);
    workers.wait(1);
    workers.deadlines[0] = None;
    assert!(!workers.clock.leave(0));
    assert_eq!(workers.wait(0), Some(5));
}

#[test]
fn without_timers_nobody_keeps_time() {
    let workers = Workers::new(&[None, None]);
    assert_eq!(workers.wait(0), None);
    assert_eq!(workers.wait(1), None);
}
