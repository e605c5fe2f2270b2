//! The queue under loom: whatever the interleaving, each value is taken exactly once, and whole.
//!
//! The mutant `queue_claims_without_exchange` stores the head instead of exchanging it, as if nobody else could
//! have moved it since it was loaded. Then a value is taken twice, and the assertion below says so.

use loom::thread;

use super::*;

/// Two words, as in the runtime. The second must belong to the first.
type Entry = (usize, usize);

fn entry(value: usize) -> Entry {
    (value, !value)
}

fn drain(queue: &RunQueue<Entry, 4>) -> Vec<Entry> {
    std::iter::from_fn(|| queue.pop()).collect()
}

/// What one thief gets out of one attempt.
fn rob(stealer: Stealer<Entry, 4>) -> Vec<Entry> {
    let (mine, _stealer) = ring::<Entry, 4>();
    let first = stealer.steal_into(&mine);
    let mut taken: Vec<_> = first.map(|(value, _)| value).into_iter().collect();
    taken.extend(drain(&mine));
    taken
}

fn assert_each_taken_once(mut taken: Vec<Entry>, values: usize) {
    taken.sort();
    assert!(
        taken.iter().all(|&(value, other)| other == !value),
        "model: a value was read while it was being written: {taken:?}"
    );
    let expected: Vec<_> = (0..values).map(entry).collect();
    assert_eq!(
        taken, expected,
        "model: a value was taken twice, or was lost"
    );
}

#[test]
fn owner_and_thief_take_each_value_once() {
    loom::model(|| {
        let (queue, stealer) = ring::<Entry, 4>();
        for value in 0..3 {
            queue.push(entry(value)).unwrap();
        }
        let thief = thread::spawn(move || rob(stealer));
        let mut taken = drain(&queue);
        taken.extend(thief.join().unwrap());
        assert_each_taken_once(taken, 3);
    });
}

#[test]
fn the_owner_pushes_while_a_thief_copies() {
    loom::model(|| {
        let (queue, stealer) = ring::<Entry, 4>();
        for value in 0..4 {
            queue.push(entry(value)).unwrap();
        }
        let thief = thread::spawn(move || rob(stealer));
        let mut taken = Vec::new();
        // The ring is full, so this goes into the very slots that the thief may be reading.
        for value in 4..6 {
            let mut next = entry(value);
            while let Err(back) = queue.push(next) {
                next = back;
                match queue.pop() {
                    Some(value) => taken.push(value),
                    // All slots are claimed or popped, and none freed yet: only the thief can go on.
                    None => thread::yield_now(),
                }
            }
        }
        taken.extend(thief.join().unwrap());
        taken.extend(drain(&queue));
        assert_each_taken_once(taken, 6);
    });
}

#[test]
fn two_thieves_take_each_value_once() {
    loom::model(|| {
        let (queue, stealer) = ring::<Entry, 4>();
        for value in 0..3 {
            queue.push(entry(value)).unwrap();
        }
        let other = Stealer {
            ring: stealer.ring.clone(),
        };
        let thieves = [stealer, other].map(|stealer| thread::spawn(move || rob(stealer)));
        let mut taken: Vec<_> = queue.pop().into_iter().collect();
        for thief in thieves {
            taken.extend(thief.join().unwrap());
        }
        taken.extend(drain(&queue));
        assert_each_taken_once(taken, 3);
    });
}
