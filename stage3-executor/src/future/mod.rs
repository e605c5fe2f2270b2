//! Small futures that are made of other futures, and the one that only gives others a turn.
//!
//! None of them is a task: all parts are polled by whoever polls the whole, one after the other, on
//! the same thread. So they may borrow from their surroundings, and a part that computes for long
//! holds up its siblings.

mod join;
mod race;
mod yield_now;

pub use join::{join, join_all};
pub use race::race;
pub use yield_now::{YieldNow, yield_now};
