//! What a generator must do.

use std::cell::Cell;
use std::rc::Rc;

use stage1_green_threads::course::{check, expect_eq};

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
        expect_eq(
            values,
            expected,
            "the function yields one number after the other, and returns. What the iterator gave:",
        );
    });
}

/// The function runs only when a value is asked for, and only as far as that value.
#[test]
fn it_runs_only_as_far_as_it_is_asked() {
    check(|seed| {
        let (mut generator, reached) = counting(u64::MAX);
        expect_eq(
            reached.get(),
            0,
            "nobody has called `next` yet, and the function has yielded already: somebody has resumed it\n\
             too early. How many times it has yielded:",
        );
        for asked in 1..=1 + seed % 5 {
            generator.next();
            expect_eq(
                reached.get(),
                asked,
                format_args!(
                    "`next` was called {asked} times. Each call resumes the function once, up to its next yield. The\n\
                     number of the yield that it has come to:"
                ),
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
            expect_eq(
                generator.next(),
                None,
                format_args!(
                    "the iterator had ended, and was asked again ({again}). What it gave:"
                ),
            );
        }
    });
}
