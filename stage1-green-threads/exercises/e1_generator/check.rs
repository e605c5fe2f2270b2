//! What a generator must do.

use std::cell::Cell;
use std::rc::Rc;

use stage1_green_threads::course::check;

use super::Generator;

/// The numbers from 0 to below `count`, and how far the function that yields them has come: the number of its loop, from 1 on.
fn counting(count: u64) -> (Generator<u64>, Rc<Cell<u64>>) {
    let reached = Rc::new(Cell::new(0));
    let inside = reached.clone();
    let generator = Generator::new(move |y| {
        for number in 0..count {
            inside.set(number + 1);
            y.yield_(number);
        }
    });
    (generator.expect("there is memory for a stack"), reached)
}

/// The values come in the order in which they were yielded, and then the iterator ends.
#[test]
fn the_values_come_in_order() {
    check(|seed| {
        let count = 1 + seed % 7;
        let (generator, _) = counting(count);
        // Not one more than it takes to see that it does not end.
        let values: Vec<_> = generator.take(count as usize + 1).collect();
        let expected: Vec<_> = (0..count).collect();
        assert_eq!(
            values, expected,
            "left: what the iterator gave; right: what the function has yielded"
        );
    });
}

/// The function runs only when a value is asked for, and only as far as that value.
#[test]
fn it_runs_only_as_far_as_it_is_asked() {
    check(|seed| {
        let (mut generator, reached) = counting(u64::MAX);
        assert_eq!(
            reached.get(),
            0,
            "nobody has called `next` yet, and the function has yielded already: somebody has resumed it too early"
        );
        for asked in 1..=1 + seed % 5 {
            generator.next();
            assert_eq!(
                reached.get(),
                asked,
                "`next` was called {asked} times, and the function has come to its yield number {}: \
                 each call resumes once",
                reached.get()
            );
        }
    });
}

/// An iterator that has ended can be asked again, and says `None` again.
#[test]
fn after_the_end_it_stays_at_its_end() {
    check(|seed| {
        let (mut generator, _) = counting(seed % 3);
        while generator.next().is_some() {}
        for again in 1..=3 {
            assert_eq!(
                generator.next(),
                None,
                "the iterator had ended, and was asked again ({again})"
            );
        }
    });
}
