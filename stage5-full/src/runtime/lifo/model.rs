//! The slot under loom: each value leaves it exactly once, whole, to its owner or to the rescuer.
//!
//! The mutant `lifo_claims_without_exchange` stores `TAKEN` instead of exchanging it for `FULL`. Then owner and rescuer
//! both take the value, and the assertion below says so.

use loom::thread;

use super::*;

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
