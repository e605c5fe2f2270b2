#![doc = include_str!("links.md")]
#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order

pub mod unpark;

pub mod driver;

pub mod source;

mod sync;

mod sources;

pub mod registered;

pub mod timer;

pub mod notifier;

pub mod handle;

pub mod reactor;

pub mod socket;

pub mod green;

mod blocking;

pub mod net;

#[cfg(feature = "simulation")]
pub mod simulation;

#[cfg(feature = "program")]
pub mod job;

#[cfg(all(doc, not(doctest)))]
pub mod files;

pub use driver::{Driver, Pollable};
pub use green::{GreenReactor, run, sleep};
pub use handle::Handle;
pub use notifier::Notifier;
pub use reactor::{Reactor, Turn};
pub use registered::{Registered, Registration, Socket};
pub use source::Direction;
pub use timer::Timer;
pub use unpark::Unpark;
