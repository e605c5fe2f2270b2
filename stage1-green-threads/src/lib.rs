#![doc = include_str!("links.md")]
#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order

mod switch;

pub mod stack;

pub mod coroutine;

pub mod scheduler;

pub mod thread;

pub mod trace;

#[cfg(feature = "program")]
pub mod program;

#[cfg(feature = "program")]
pub mod jobs;

#[cfg(feature = "program")]
pub mod course;

#[cfg(all(doc, not(doctest)))]
pub mod files;

pub use coroutine::{Coroutine, CoroutineState, Suspender};
pub use scheduler::{Outside, run, run_with};
pub use thread::{Builder, JoinHandle, Thread, current, park, spawn, yield_now};
