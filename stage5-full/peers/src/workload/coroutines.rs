//! Stage 1's coroutines and corosensei's.

use super::Settings;
use crate::measure::{Figures, Stretch, resident};
use corosensei::stack::DefaultStack;
use corosensei::{CoroutineResult, ScopedCoroutine};
use stage1_green_threads::CoroutineState;
use stage1_green_threads::stack::DEFAULT_STACK_SIZE;
use std::hint::black_box;

/// What both have in common: a coroutine that yields what it is given, for ever.
pub trait Coroutine: Sized {
    /// A new one, which has not begun.
    fn new() -> Self;
    /// Goes there and comes back.
    fn resume(&mut self, value: usize) -> usize;
    /// Makes one that returns what it is given, runs it, and drops it, on a stack that was used before.
    fn run_many(times: u64);
}

/// Stage 1's.
pub struct Stage1(stage1_green_threads::Coroutine<usize, usize, usize>);

impl Coroutine for Stage1 {
    fn new() -> Self {
        let coroutine = stage1_green_threads::Coroutine::new(|suspender, mut value| {
            loop {
                value = suspender.suspend(value);
            }
        });
        Self(coroutine.expect("a stack"))
    }

    #[inline]
    fn resume(&mut self, value: usize) -> usize {
        match self.0.resume(value) {
            CoroutineState::Yielded(value) | CoroutineState::Complete(value) => value,
        }
    }

    fn run_many(times: u64) {
        for _ in 0..times {
            let coroutine =
                stage1_green_threads::Coroutine::<usize, (), usize>::new(|_, value| value);
            black_box(coroutine.expect("a stack").resume(black_box(1)));
        }
    }
}

/// corosensei's.
pub struct Corosensei(corosensei::Coroutine<usize, usize, usize>);

impl Coroutine for Corosensei {
    fn new() -> Self {
        Self(corosensei::Coroutine::with_stack(
            stack(),
            |yielder: &corosensei::Yielder<usize, usize>, mut value| {
                loop {
                    value = yielder.suspend(value);
                }
            },
        ))
    }

    #[inline]
    fn resume(&mut self, value: usize) -> usize {
        match self.0.resume(value) {
            CoroutineResult::Yield(value) | CoroutineResult::Return(value) => value,
        }
    }

    fn run_many(times: u64) {
        let mut stack = stack();
        for _ in 0..times {
            let mut coroutine =
                corosensei::Coroutine::<usize, (), usize>::with_stack(stack, |_, value| value);
            black_box(coroutine.resume(black_box(1)));
            stack = coroutine.into_stack();
        }
    }
}

/// As large as stage 1's, so that both touch as much memory in as many places.
fn stack() -> DefaultStack {
    DefaultStack::new(DEFAULT_STACK_SIZE).expect("a stack")
}

/// corosensei's other way: a coroutine that borrows its stack, and cannot outlive the function that made it.
pub fn create_scoped(settings: Settings) -> Figures {
    let times = settings.count(5_000_000);
    let mut stack = stack();
    let stretch = Stretch::start();
    for _ in 0..times {
        let coroutine =
            ScopedCoroutine::<usize, (), usize, _>::with_stack(&mut stack, |_, value| value);
        black_box(coroutine.scope(|mut coroutine| coroutine.resume(black_box(1))));
    }
    stretch.per_operation(times)
}

/// One coroutine, resumed again and again.
pub fn switch_one<C: Coroutine>(settings: Settings) -> Figures {
    switch::<C>(settings, 1)
}

/// 64 of them in turn, so that the processor cannot foresee where a jump leads.
pub fn switch_64<C: Coroutine>(settings: Settings) -> Figures {
    switch::<C>(settings, 64)
}

fn switch<C: Coroutine>(settings: Settings, coroutines: usize) -> Figures {
    let rounds = settings.count(20_000_000) / coroutines as u64;
    let mut coroutines: Vec<C> = (0..coroutines).map(|_| C::new()).collect();
    let turn = |coroutines: &mut Vec<C>| {
        for coroutine in coroutines {
            black_box(coroutine.resume(black_box(1)));
        }
    };
    turn(&mut coroutines);
    let stretch = Stretch::start();
    for _ in 0..rounds {
        turn(&mut coroutines);
    }
    stretch.per_operation(rounds * coroutines.len() as u64)
}

/// Making, running and dropping one.
pub fn create<C: Coroutine>(settings: Settings) -> Figures {
    let times = settings.count(5_000_000);
    C::run_many(100);
    let stretch = Stretch::start();
    C::run_many(times);
    stretch.per_operation(times)
}

/// Resident bytes of each of 10,000 that have suspended themselves.
pub fn parked<C: Coroutine>(settings: Settings) -> Figures {
    let count = settings.count(10_000);
    let mut coroutines = Vec::with_capacity(count as usize);
    let before = resident();
    for value in 0..count {
        let mut coroutine = C::new();
        coroutine.resume(value as usize);
        coroutines.push(coroutine);
    }
    vec![("bytes", (resident() - before) as f64 / count as f64)]
}
