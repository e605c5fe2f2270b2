//! The job of the programs in stage 0 and in stage 1: the same fetch, two ways to wait.

mod threads;

mod green;

pub use green::{GREEN, each_in_a_green_thread};
pub use threads::THREADS;
