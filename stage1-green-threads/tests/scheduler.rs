//! The scheduler: whose turn it is.

use std::cell::RefCell;
use std::rc::Rc;

use stage1_green_threads::{park, run, spawn, yield_now};

#[test]
fn green_threads_take_turns_in_the_order_of_their_spawning() {
    let order = run(|| {
        let order = Rc::new(RefCell::new(Vec::new()));
        let threads: Vec<_> = (0..3)
            .map(|index| {
                let order = Rc::clone(&order);
                spawn(move || {
                    for turn in 0..2 {
                        order.borrow_mut().push((turn, index));
                        yield_now();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        order.take()
    });
    assert_eq!(order, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
}

#[test]
#[should_panic(expected = "deadlock")]
fn dead() {
    run(|| spawn(park).join().unwrap());
}
