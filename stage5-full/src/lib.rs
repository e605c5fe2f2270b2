#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order

pub mod runtime;

pub mod task;

mod sync;

pub use self::task::spawn;
