#![doc = include_str!("links.md")]
#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order
//!
//! | module | what for |
//! |---|---|
//! | [`raw_waker`] | what a `Waker` is: a pointer and four functions, by hand |
//! | [`task`] | a future in an allocation of its own, and the state that decides when it is polled |
//! | [`owned`] | the list of unfinished tasks that a scheduler answers for |
//! | [`local`] | the executor that polls only what was woken, on one thread |
//! | [`spawn`] | the same executor behind futures-task's traits |
//! | [`channel`] | `oneshot` and `mpsc`: how tasks talk to each other |
//! | `explore` | a program under many seeded schedules (feature `explore`) |
//! | `job` | the job of this stage's program (feature `program`) |

pub mod raw_waker;

pub mod task;

pub mod owned;

pub mod local;

pub mod spawn;

pub mod channel;

#[cfg(feature = "explore")]
pub mod explore;

#[cfg(feature = "program")]
pub mod job;

mod sync;

#[cfg(all(doc, not(doctest)))]
pub mod files;

pub use self::local::{LocalExecutor, LocalHandle, spawn_local};
pub use self::owned::OwnedTasks;
pub use self::task::{AbortHandle, JoinError, JoinHandle};
