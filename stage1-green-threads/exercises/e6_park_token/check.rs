//! One thread and its parker. While it waits in `park`, everybody else has a turn: so what the others do meanwhile is
//! done by the function that `park` calls to suspend.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use stage1_green_threads::course::{check, expect_eq};
use stage1_green_threads::{Coroutine, CoroutineState, Suspender};

use super::Parker;

/// A thread, as far as `park` and `unpark` know it, and what they did to it.
#[derive(Default)]
struct Thread {
    parker: Parker,
    waited: Cell<usize>,
    enqueued: Cell<usize>,
}

impl Thread {
    /// Parks. If that waits, the others do what `meanwhile` does.
    fn park(&self, meanwhile: impl Fn()) {
        self.parker.park(|| {
            self.waited.set(self.waited.get() + 1);
            meanwhile();
        });
    }

    fn unpark(&self) {
        self.parker
            .unpark(|| self.enqueued.set(self.enqueued.get() + 1));
    }
}

/// What `meanwhile` is when the others do nothing.
fn nothing() {}

/// Without a token `park` waits, and an `unpark` puts the thread into the queue.
#[test]
fn park_waits_and_unpark_wakes() {
    check(|_seed| {
        let thread = Thread::default();
        thread.park(|| thread.unpark());
        assert!(
            thread.waited.get() == 1,
            "nobody had called `unpark`, and `park` returned without waiting"
        );
        expect_eq(
            thread.enqueued.get(),
            1,
            "the thread waited, and somebody called `unpark`. How often it was put into the queue:",
        );
    });
}

/// The wake-up that comes first is kept for the next `park`.
#[test]
fn an_unpark_before_the_park_is_kept() {
    check(|_seed| {
        let thread = Thread::default();
        thread.unpark();
        thread.park(nothing);
        assert!(
            thread.waited.get() == 0,
            "`unpark` was called, then `park`, and `park` waits. Nobody will call `unpark` again: whoever did it has told all there is to \
             tell. The thread sleeps for ever; the wake-up is lost"
        );
    });
}

/// However often it was called: there is one token.
#[test]
fn two_unparks_leave_one_token() {
    check(|seed| {
        let thread = Thread::default();
        let unparks = 2 + seed % 4;
        (0..unparks).for_each(|_| thread.unpark());
        thread.park(nothing);
        thread.park(|| thread.unpark());
        assert!(
            thread.waited.get() > 0,
            "{unparks} calls of `unpark`, then two of `park`, and none of the two has waited. There is one token at most, and the first \
             `park` has taken it"
        );
    });
}

/// The token that ends a wait is gone with it.
#[test]
fn a_woken_park_has_used_the_token_up() {
    check(|seed| {
        let thread = Thread::default();
        let parks = 2 + (seed % 3) as usize;
        for _ in 0..parks {
            thread.park(|| thread.unpark());
        }
        expect_eq(
            thread.waited.get(),
            parks,
            format_args!(
                "`park` was called {parks} times, and each time `unpark` was called while it waited. One that did\n\
                 not wait has found the token that had ended the wait before it. How many waited:"
            ),
        );
    });
}

/// To be runnable twice is as wrong as not to be runnable.
#[test]
fn a_thread_is_enqueued_once_and_only_if_it_waits() {
    check(|_seed| {
        let thread = Thread::default();
        thread.unpark();
        assert!(
            thread.enqueued.get() == 0,
            "the thread was not waiting, and `unpark` has put it into the queue. It is in there already, or it is running: now it will get \
             a turn that nobody meant, in the middle of its next wait"
        );
        let thread = Thread::default();
        thread.park(|| {
            thread.unpark();
            thread.unpark();
        });
        expect_eq(
            thread.enqueued.get(),
            1,
            "the thread waited, and `unpark` was called twice before its turn came. How often it was put\n\
             into the queue:",
        );
    });
}

/// Two players in coroutines. Who does not have the ball parks.
struct Game {
    players: [Parker; 2],
    queue: RefCell<VecDeque<usize>>,
    /// Who has the ball, and how often it has flown.
    ball: Cell<(usize, usize)>,
}

const THROWS: usize = 6;

impl Game {
    fn play(&self, me: usize, suspender: &Suspender<(), ()>) {
        loop {
            // As everywhere: look, park, look again.
            while self.ball.get().0 != me && self.ball.get().1 < THROWS {
                self.players[me].park(|| suspender.suspend(()));
            }
            let (_, flown) = self.ball.get();
            let other = 1 - me;
            self.ball.set((other, flown + 1));
            self.players[other].unpark(|| self.queue.borrow_mut().push_back(other));
            if flown >= THROWS {
                return;
            }
        }
    }
}

/// The parker works between real coroutines.
#[test]
fn a_ball_flies_to_and_fro() {
    check(|_seed| {
        let game = Rc::new(Game {
            players: [Parker::default(), Parker::default()],
            queue: RefCell::new(VecDeque::from([1, 0])), // The one without the ball parks first.
            ball: Cell::new((0, 0)),
        });
        let coroutine = |me| {
            let game = game.clone();
            let player = Coroutine::new(move |suspender, ()| game.play(me, suspender));
            player.expect("there is memory for a stack")
        };
        let mut players = [coroutine(0), coroutine(1)];
        let mut ended = 0;
        for _turn in 0..10 * THROWS {
            let Some(next) = game.queue.borrow_mut().pop_front() else {
                break;
            };
            // One that was in the queue too often is the matter of another check.
            if !players[next].is_complete()
                && let CoroutineState::Complete(()) = players[next].resume(())
            {
                ended += 1;
            }
        }
        let (holder, flown) = game.ball.get();
        expect_eq(
            ended,
            2,
            format_args!(
                "the ball has flown {flown} times, player {holder} has it, and nobody is in the queue: a player\n\
                 waits who has been told to go on. How many of the two have ended:"
            ),
        );
    });
}
