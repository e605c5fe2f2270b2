//! Waiters that do something when they are unparked or dropped.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use stage1_green_threads::course::{cannot_tell, check};

use super::{Unpark, Waiting};

type Act = Box<dyn FnOnce(&World)>;

/// The reactor, and what has happened.
struct World {
    waiting: Waiting<Waiter>,
    log: RefCell<Vec<String>>,
}

impl World {
    fn new() -> Rc<Self> {
        Rc::new(World {
            waiting: Waiting::new(),
            log: RefCell::default(),
        })
    }

    fn note(&self, what: String) {
        self.log.borrow_mut().push(what);
    }

    fn story(&self) -> String {
        self.log.borrow().join("\n")
    }

    /// Somebody else's code runs: it must be able to come back.
    fn must_be_free(&self) {
        let is_free = self.waiting.by_socket.try_borrow_mut().is_ok();
        assert!(
            is_free,
            "{}\nThat is somebody else's code, and it runs while you hold the lock. If it comes back to you (it is about to), then with \
             a mutex this thread waits for itself, for ever.",
            self.story()
        );
    }
}

/// Does something when it is unparked, or when it is dropped without having been.
struct Waiter {
    name: &'static str,
    world: Rc<World>,
    when_unparked: Option<Act>,
    when_dropped: Option<Act>,
}

impl Waiter {
    fn new(world: &Rc<World>, name: &'static str) -> Self {
        Waiter {
            name,
            world: world.clone(),
            when_unparked: None,
            when_dropped: None,
        }
    }

    fn when_unparked(mut self, act: impl FnOnce(&World) + 'static) -> Self {
        self.when_unparked = Some(Box::new(act));
        self
    }

    fn when_dropped(mut self, act: impl FnOnce(&World) + 'static) -> Self {
        self.when_dropped = Some(Box::new(act));
        self
    }
}

impl Unpark for Waiter {
    fn unpark(mut self) {
        self.world.note(format!("{} is unparked", self.name));
        self.when_dropped = None;
        if let Some(act) = self.when_unparked.take() {
            self.world.must_be_free();
            act(&self.world);
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Some(act) = self.when_dropped.take() {
            self.world.note(format!("{} is dropped", self.name));
            self.world.must_be_free();
            act(&self.world);
        }
    }
}

/// Whoever waits for a socket that is ready is unparked, once, in the order of the events.
#[test]
fn who_is_ready_is_unparked_once() {
    check(|seed| {
        let world = World::new();
        let names = ["A", "B", "C", "D"];
        for (socket, name) in names.into_iter().enumerate() {
            world.waiting.wait(socket, Waiter::new(&world, name));
        }
        let mut ready = vec![0, 1, 3, 9];
        ready.shuffle(&mut StdRng::seed_from_u64(seed));
        world.waiting.deliver(&ready);
        world.waiting.deliver(&ready);
        let expected: Vec<String> = ready
            .iter()
            .filter_map(|socket| names.get(*socket))
            .map(|name| format!("{name} is unparked"))
            .collect();
        assert!(
            *world.log.borrow() == expected,
            "A, B, C, D wait for the sockets 0, 1, 2, 3\nready, twice: {ready:?}\nwhat happened:\n{}\nwhat should:\n{}",
            world.story(),
            expected.join("\n")
        );
    });
}

/// A waiter that is unparked may wait for the same socket again at once.
#[test]
fn a_waiter_may_wait_again_while_it_is_unparked() {
    check(|_| {
        let world = World::new();
        let again = Waiter::new(&world, "A, again,");
        let first = Waiter::new(&world, "A").when_unparked(|world| {
            world.note("A waits for socket 1 again".to_owned());
            world.waiting.wait(1, again);
        });
        world.waiting.wait(1, first);
        world.waiting.deliver(&[1]);
        world.waiting.deliver(&[1]);
        assert!(
            world.story().ends_with("A, again, is unparked"),
            "{}\nSocket 1 became ready a second time, and A was not unparked.",
            world.story()
        );
    });
}

/// A waiter that is replaced is dropped, and its `drop` may come back.
#[test]
fn a_replaced_waiter_may_use_the_reactor() {
    check(|_| {
        let world = World::new();
        let old = Waiter::new(&world, "A").when_dropped(|world| world.waiting.forget(7));
        world.waiting.wait(1, old);
        world.waiting.wait(1, Waiter::new(&world, "B"));
        world.waiting.deliver(&[1]);
        assert!(
            world.story() == "A is dropped\nB is unparked",
            "A waits for socket 1, then B does, then it becomes ready\nwhat happened:\n{}",
            world.story()
        );
    });
}

/// A waiter that is forgotten is dropped, and its `drop` may come back.
#[test]
fn a_forgotten_waiter_may_use_the_reactor() {
    check(|_| {
        let world = World::new();
        let old = Waiter::new(&world, "A").when_dropped(|world| world.waiting.forget(7));
        world.waiting.wait(1, old);
        world.waiting.forget(1);
        world.waiting.deliver(&[1]);
        assert!(
            world.story() == "A is dropped",
            "A waits for socket 1, and is forgotten; then the socket becomes ready\nwhat happened:\n{}",
            world.story()
        );
    });
}

/// What a waiter does while it is unparked holds when all are unparked.
#[test]
fn what_is_done_meanwhile_holds() {
    check(|_| {
        let world = World::new();
        let first = Waiter::new(&world, "A").when_unparked(|world| {
            world.note("A forgets socket 2".to_owned());
            world.waiting.forget(2);
        });
        world.waiting.wait(1, first);
        world.waiting.wait(2, Waiter::new(&world, "B"));
        // Whether that works at all is what another check asks.
        let _ = catch_unwind(AssertUnwindSafe(|| world.waiting.deliver(&[1])));
        world.waiting.deliver(&[2]);
        let story = world.story();
        assert!(
            !(story.contains("A forgets") && story.contains("B is unparked")),
            "A waits for socket 1, B for socket 2\nevent: 1\n{}\nNobody waited for socket 2 any more: what was forgotten while A was \
             unparked has come back.",
            story
        );
    });
}

/// The events of one turn are for those who waited when it began.
#[test]
fn who_waits_anew_waits_for_the_next_event() {
    check(|_| {
        let world = World::new();
        let late = Waiter::new(&world, "C");
        let first = Waiter::new(&world, "A").when_unparked(|world| {
            world.note("C waits for socket 2, which nobody did before".to_owned());
            world.waiting.wait(2, late);
        });
        world.waiting.wait(1, first);
        let delivered = catch_unwind(AssertUnwindSafe(|| world.waiting.deliver(&[1, 2])));
        if delivered.is_err() {
            return cannot_tell(); // Whether that works at all is what another check asks.
        }
        assert!(
            !world.story().contains("C is unparked"),
            "A waits for socket 1\nevents: 1 and 2\n{}\nC came after that event. It has attempted already, and found nothing: it waits for \
             the next one, and is woken for nothing.",
            world.story()
        );
    });
}
