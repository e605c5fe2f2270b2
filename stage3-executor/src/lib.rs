#![doc = include_str!("links.md")]
#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order
//!
//! | module | what for |
//! |---|---|
//! | `fetch_three_ways` | the lesson: a green thread, a state machine by hand, an `async fn` |
//! | [`executor`] | polls everybody whenever anything has happened |
//! | [`pinning`] | why `poll` takes a `Pin`: a future may point into itself |
//! | [`reactor`] | stage 2's reactor, with wakers as what it notifies |
//! | [`context`] | which reactor a new socket or timer belongs to |
//! | [`budget`] | how much one poll may do before others have their turn |
//! | [`time`] | the leaf future for time, and `timeout` |
//! | [`net`] | the leaf futures for sockets |
//! | [`future`] | futures made of futures: `join`, `join_all`, `race`, `yield_now` |
//! | [`stackful`] | a coroutine of stage 1 as a future |
//! | `job` | the job of this stage's program |
//!
//! (The first and the last are behind the feature `program`: they fetch with the programs' kit.)

#[cfg(feature = "program")]
pub mod fetch_three_ways;

pub mod executor;

pub mod pinning;

pub mod reactor;

pub mod context;

pub mod budget;

pub mod time;

pub mod net;

pub mod future;

pub mod stackful;

#[cfg(feature = "program")]
pub mod job;

#[cfg(all(doc, not(doctest)))]
pub mod files;

pub use executor::{Executor, Spawned};
pub use stackful::{Awaiter, Stackful};
