//! The job of the programs in stage 0 and in stage 1: the same fetch, two ways to wait.

mod threads;

pub use threads::THREADS;
