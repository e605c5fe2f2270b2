//! Who is woken and who watches, one call after the other. What happens at the same time is in `model`.

use super::*;

fn fall_asleep(idle: &Idle, worker: usize, rising: bool) {
    assert!(idle.fall_asleep(worker, rising, || false));
}

#[test]
fn two_sleepers_watch_until_the_watch_ends() {
    let idle = Idle::new(3);
    (0..3).for_each(|worker| fall_asleep(&idle, worker, false));
    let roles = || [0, 1, 2].map(|worker| idle.role(worker));
    assert_eq!(roles(), [Role::Watcher, Role::Watcher, Role::Sleeper]);
    idle.end_watch(0);
    idle.end_watch(1);
    assert_eq!(roles(), [Role::Sleeper; 3]);
}

#[test]
fn the_first_one_up_appoints_a_watcher_if_there_is_none() {
    let idle = Idle::new(2);
    fall_asleep(&idle, 0, false);
    fall_asleep(&idle, 1, false);
    assert_eq!(idle.get_up(0), (false, None));
    fall_asleep(&idle, 0, false);
    idle.end_watch(0);
    idle.end_watch(1);
    assert_eq!(idle.get_up(0), (false, Some(1)));
    assert_eq!(idle.role(1), Role::Watcher);
}

#[test]
fn a_task_in_the_global_queue_wakes_nobody_while_somebody_is_awake() {
    let idle = Idle::new(2);
    fall_asleep(&idle, 0, false);
    assert_eq!(idle.wake_if_all_sleep(false), None);
    fall_asleep(&idle, 1, false);
    assert_eq!(idle.wake_if_all_sleep(false), Some(1));
    assert_eq!(idle.wake_if_all_sleep(false), None);
}

#[test]
fn a_visitor_counts_as_awake_until_it_leaves() {
    let idle = Idle::new(2);
    (0..2).for_each(|worker| fall_asleep(&idle, worker, false));
    assert_eq!(idle.wake_if_all_sleep(true), Some(1));
    idle.arrived();
    assert_eq!(idle.wake_one(), None, "two threads are awake");
    fall_asleep(&idle, 1, false);
    idle.end_watch(1);
    assert_eq!(idle.role(1), Role::Watcher);
    assert_eq!(idle.leave(|| true), Some(1));
    idle.arrived();
    assert_eq!(idle.wake_one(), Some(0));
}

#[test]
fn a_visitor_that_leaves_nothing_wakes_nobody() {
    let idle = Idle::new(1);
    fall_asleep(&idle, 0, false);
    assert_eq!(idle.wake_if_all_sleep(true), Some(0));
    idle.arrived();
    assert_eq!(
        idle.leave(|| panic!("who is awake looks for himself")),
        None
    );
    fall_asleep(&idle, 0, false);
    assert_eq!(idle.wake_if_all_sleep(true), Some(0));
    fall_asleep(&idle, 0, true);
    assert_eq!(idle.leave(|| false), None);
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
fn watchers_are_woken_last() {
    let idle = Idle::new(4);
    (0..3).for_each(|worker| fall_asleep(&idle, worker, false));
    let order = std::iter::from_fn(|| {
        let woken = idle.wake_one()?;
        idle.arrived();
        Some(woken)
    });
    assert_eq!(order.collect::<Vec<_>>(), [2, 1, 0]);
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
