//! Every interleaving of a receiver that gives slots back with a sender that begins to wait, explored by loom.

use loom::sync::{Arc, Mutex};
use loom::thread;

use super::Returned;

/// A channel reduced to its slots: what is under the lock.
#[derive(Default)]
struct Slots {
    free: usize,
    waiting: usize,
    granted: usize,
}

#[derive(Default)]
struct Model {
    returned: Returned,
    slots: Mutex<Slots>,
}

impl Model {
    /// What a sender does that finds no free slot.
    fn reserve(&self) {
        let mut slots = self.slots.lock().unwrap();
        if slots.free == 0 && slots.waiting == 0 {
            slots.free = self.returned.collect();
        }
        if slots.free > 0 {
            slots.free -= 1;
            slots.granted += 1;
            return;
        }
        slots.waiting += 1;
        drop(slots);
        if self.returned.want() {
            self.hand_out();
        }
    }

    /// What the receiver does when it has taken a value out.
    fn return_slot(&self) {
        if self.returned.give_back() {
            self.hand_out();
        }
    }

    fn hand_out(&self) {
        let mut slots = self.slots.lock().unwrap();
        slots.free += self.returned.collect();
        let granted = slots.free.min(slots.waiting);
        slots.free -= granted;
        slots.waiting -= granted;
        slots.granted += granted;
        if slots.waiting == 0 {
            self.returned.unwant();
        }
    }
}

/// mutant: `want_ignores_what_was_returned_before`
#[test]
fn a_sender_that_waits_gets_the_slot_that_is_returned_meanwhile() {
    loom::model(|| {
        let model = Arc::new(Model::default());
        let receiver = {
            let model = model.clone();
            thread::spawn(move || {
                model.return_slot();
                model.return_slot();
            })
        };
        model.reserve();
        model.reserve();
        receiver.join().unwrap();
        let slots = model.slots.lock().unwrap();
        assert_eq!(
            slots.waiting, 0,
            "a sender waits beside a slot that is free"
        );
        assert_eq!(slots.granted, 2);
    });
}

#[test]
fn no_slot_is_lost_or_given_twice() {
    loom::model(|| {
        let model = Arc::new(Model::default());
        let receiver = {
            let model = model.clone();
            thread::spawn(move || {
                for _ in 0..3 {
                    model.return_slot();
                }
            })
        };
        model.reserve();
        receiver.join().unwrap();
        let slots = model.slots.lock().unwrap();
        let all = slots.free + slots.granted + model.returned.count();
        assert_eq!((all, slots.granted), (3, 1));
    });
}
