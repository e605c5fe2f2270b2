//! The slot under loom: each value leaves it exactly once, whole, to its owner or to the rescuer.
//!
//! The mutant `lifo_claims_without_exchange` writes `TAKEN` without having seen `FULL` there. Then owner and rescuer
//! both take the value, and the first model says so.

use loom::thread;

use super::*;

#[test]
fn only_one_of_owner_and_rescuer_takes_a_value() {
    loom::model(|| {
        let (slot, rescue) = slot::<(usize, usize)>();
        slot.put((0, !0));
        let rescuer = thread::spawn(move || rescue.take());
        let takers = [slot.take(), rescuer.join().unwrap()];
        let takers = takers.into_iter().flatten().count();
        assert_eq!(takers, 1, "model: a value was taken twice, or was lost");
    });
}

#[test]
fn owner_and_rescuer_take_each_value_once() {
    loom::model(|| {
        let (slot, rescue) = slot::<(usize, usize)>();
        assert_eq!(slot.put((0, !0)), None);
        let rescuer = thread::spawn(move || rescue.take());
        let mut taken: Vec<_> = slot.put((1, !1)).into_iter().collect();
        taken.extend(slot.take());
        taken.extend(rescuer.join().unwrap());
        taken.extend(slot.take());
        taken.sort();
        assert_eq!(
            taken,
            [(0, !0), (1, !1)],
            "model: a value was taken twice, or was lost"
        );
    });
}
