//! The scheduler: whose turn it is, what lies outside, and its end.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use stage1_green_threads::{
    Builder, Outside, Thread, current, park, run, run_with, spawn, yield_now,
};

fn message(payload: Box<dyn std::any::Any + Send>) -> String {
    *payload.downcast::<String>().expect("a panic with a text")
}

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
fn a_deadlock_is_reported_with_who_waits_for_what() {
    let ended = catch_unwind(|| {
        run(|| {
            let sleeper = Builder::new().name("sleeper".to_owned());
            let sleeper = sleeper.spawn(park).unwrap();
            let _nameless = spawn(park);
            sleeper.join().unwrap();
        });
    });
    let text = message(ended.unwrap_err());
    assert!(
        text.starts_with("deadlock: every green thread waits"),
        "{text}"
    );
    let lines: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 3, "{text}");
    let (main, sleeper, nameless) = (lines[0], lines[1], lines[2]);
    assert!(
        main.contains("\"main\" waits for: join of green thread"),
        "{text}"
    );
    assert!(main.ends_with("\"sleeper\""), "{text}");
    assert!(sleeper.ends_with("\"sleeper\" waits for: park"), "{text}");
    assert!(nameless.contains("waits for: park"), "{text}");
}

#[test]
fn when_main_ends_the_others_are_unwound() {
    struct Guard(Rc<Cell<u32>>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let dropped = Rc::new(Cell::new(0));
    let count = Rc::clone(&dropped);
    let handle = run(move || {
        let (parked, never_run) = (Guard(Rc::clone(&count)), Guard(count));
        let handle = spawn(move || {
            let _parked = parked;
            park();
        });
        yield_now();
        spawn(move || drop(never_run));
        handle
    });
    assert_eq!(dropped.get(), 2);
    assert!(handle.is_finished());
    let payload = handle.join().unwrap_err();
    let text = payload.downcast_ref::<&str>().unwrap();
    assert!(text.contains("was unwound, because its `run` had ended"));
}

#[test]
fn a_panic_of_main_goes_on_in_the_caller_and_run_works_again() {
    let ended = catch_unwind(|| run(|| std::panic::resume_unwind(Box::new("from main"))));
    let payload: Box<dyn std::any::Any + Send> = match ended {
        Ok(()) => unreachable!("main has panicked"),
        Err(payload) => payload,
    };
    assert_eq!(payload.downcast_ref(), Some(&"from main"));
    assert_eq!(run(|| 5), 5);
}

#[test]
#[should_panic(expected = "run was called inside of run")]
fn run_inside_of_run_says_so() {
    run(|| run(|| ()));
}

#[test]
#[should_panic(expected = "green threads exist only inside of `run`")]
fn spawn_outside_of_run_says_so() {
    spawn(|| ());
}

/// Wakes its thread when it is asked to wait, and notes how often it was asked for what.
struct Bell {
    sleeper: Rc<RefCell<Option<Thread>>>,
    turns: Rc<Cell<(u32, u32)>>,
}

impl Outside for Bell {
    fn turn(&mut self, wait: bool) -> io::Result<bool> {
        let (looked, waited) = self.turns.get();
        self.turns
            .set((looked + u32::from(!wait), waited + u32::from(wait)));
        if wait && let Some(thread) = self.sleeper.take() {
            thread.unpark();
        }
        Ok(true)
    }
}

#[test]
fn the_outside_is_asked_once_a_round_and_waited_for_when_nobody_is_runnable() {
    let (sleeper, turns) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new((0, 0))));
    let bell = Bell {
        sleeper: Rc::clone(&sleeper),
        turns: Rc::clone(&turns),
    };
    run_with(bell, move || {
        for _ in 0..3 {
            yield_now();
        }
        *sleeper.borrow_mut() = Some(current());
        park();
    });
    // Before each of the four rounds until main parks; and one wait, before the round in which it ends.
    assert_eq!(turns.get(), (4, 1));
}

#[test]
fn an_outside_that_fails_ends_run_with_its_error() {
    struct Broken;
    impl Outside for Broken {
        fn turn(&mut self, _wait: bool) -> io::Result<bool> {
            Err(io::Error::other("out of order"))
        }
    }
    let ended = catch_unwind(AssertUnwindSafe(|| run_with(Broken, || ())));
    assert!(message(ended.unwrap_err()).contains("out of order"));
}
