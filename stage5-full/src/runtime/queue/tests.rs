//! What the queue does on one thread, and with real threads that rob it.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::*;

#[test]
fn values_leave_in_the_order_they_came() {
    let (queue, _) = ring::<_, 4>();
    for value in 0..4 {
        queue.push(value).unwrap();
    }
    assert_eq!(queue.push(4), Err(4));
    assert_eq!(queue.pop(), Some(0));
    queue.push(4).unwrap();
    let left: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
    assert_eq!(left, [1, 2, 3, 4]);
    assert_eq!((queue.len(), queue.room()), (0, 4));
}

#[test]
fn a_thief_takes_the_older_half() {
    let (victim, stealer) = ring::<_, 8>();
    let (thief, _) = ring::<_, 8>();
    for value in 0..7 {
        victim.push(value).unwrap();
    }
    assert_eq!(stealer.steal_into(&thief), Some((0, 4)));
    assert_eq!((victim.len(), thief.len()), (3, 3));
    assert_eq!((thief.pop(), victim.pop()), (Some(1), Some(4)));
}

#[test]
fn a_thief_takes_no_more_than_it_has_room_for() {
    let (victim, stealer) = ring::<_, 8>();
    let (thief, _) = ring::<_, 8>();
    for value in 0..8 {
        victim.push(value).unwrap();
    }
    for value in 10..17 {
        thief.push(value).unwrap();
    }
    assert_eq!(stealer.steal_into(&thief), Some((0, 2)));
    assert_eq!(thief.room(), 0);
}

#[test]
fn nothing_is_stolen_from_an_empty_queue() {
    let (_victim, stealer) = ring::<u8, 4>();
    let (thief, _) = ring::<u8, 4>();
    assert_eq!(stealer.steal_into(&thief), None);
}

#[test]
fn a_queue_drops_what_is_left_in_it() {
    let value = Arc::new(());
    let (queue, stealer) = ring::<_, 4>();
    queue.push(value.clone()).unwrap();
    queue.push(value.clone()).unwrap();
    drop(queue.pop());
    drop((queue, stealer));
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn the_owners_end_can_move_to_another_thread() {
    fn assert_send<T: Send>() {}
    assert_send::<RunQueue<usize, 4>>();
    // And it cannot be shared: `&RunQueue` would have to be `Send`. See the marker field.
    let _ = Rc::new(ring::<usize, 4>().0);
}

#[test]
fn each_value_is_taken_once_under_real_threads() {
    const VALUES: usize = 100_000;
    let (queue, stealer) = ring::<usize, 64>();
    let (stealer, done) = (Arc::new(stealer), Arc::new(AtomicBool::new(false)));
    let stolen = Arc::new(AtomicUsize::new(0));
    let thieves: Vec<_> = (0..2)
        .map(|_| {
            let (stealer, done, stolen) = (stealer.clone(), done.clone(), stolen.clone());
            thread::spawn(move || {
                let (mine, _) = ring::<usize, 64>();
                let mut seen = Vec::new();
                while !done.load(Ordering::Acquire) || stealer.len() > 0 {
                    if let Some((value, count)) = stealer.steal_into(&mine) {
                        seen.push(value);
                        stolen.fetch_add(count, Ordering::Relaxed);
                    }
                    seen.extend(std::iter::from_fn(|| mine.pop()));
                    thread::yield_now();
                }
                seen
            })
        })
        .collect();
    let mut seen = Vec::new();
    for value in 0..VALUES {
        let mut value = value;
        while let Err(back) = queue.push(value) {
            value = back;
            seen.extend(queue.pop());
        }
        if value % 3 == 0 {
            seen.extend(queue.pop());
        }
    }
    seen.extend(std::iter::from_fn(|| queue.pop()));
    done.store(true, Ordering::Release);
    for thief in thieves {
        seen.extend(thief.join().unwrap());
    }
    assert_eq!(seen.len(), VALUES);
    assert_eq!(seen.into_iter().collect::<HashSet<_>>().len(), VALUES);
}
