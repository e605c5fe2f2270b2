#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order

pub mod runtime;

mod sync;
