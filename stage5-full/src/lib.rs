#![doc = include_str!("links.md")]
#![doc = include_str!("../README.md")]
//!
//! # The modules, in reading order
//!
//! | module | what for |
//! |---|---|
//! | [`runtime`] | workers that share their tasks, and what starts and ends them |
//! | [`task`] | to start tasks, and to wait for them, alone or in sets |
//! | [`time`] | stage 3's timers, and the interval |
//! | [`net`] | stage 3's sockets |
//! | [`sync`] | stage 4's channels |
//! | `signal` | ctrl-c (feature `signal`) |
//! | `hyper` | what hyper asks of a runtime (feature `hyper`) |
//! | `trace` | to see it run: where all tasks are, tokio-console (feature `tracing`) |
//! | `explore` | a program under many seeded schedules, with several workers (feature `explore`) |
//! | `job` | the job of this stage's program (feature `program`) |
//! | `course` | what the checks of the exercises have in common (feature `explore`) |

pub mod runtime;

pub mod task;

pub mod time;

pub mod net;

pub mod sync;

#[cfg(feature = "signal")]
pub mod signal;

#[cfg(feature = "hyper")]
pub mod hyper;

#[cfg(feature = "tracing")]
pub mod trace;

#[cfg(feature = "explore")]
pub mod explore;

#[cfg(feature = "program")]
pub mod job;

#[cfg(feature = "explore")]
pub mod course;

#[cfg(all(doc, not(doctest)))]
pub mod files;

pub use self::runtime::Runtime;
pub use self::task::spawn;
