//! To see a runtime run: where all its tasks are, and tokio-console.
//!
//! Both listen to the events that each stage emits through the facade `tracing` with the feature `tracing`. A plain build has no
//! events, and with nobody listening each costs a load and a branch.
//!
//! # Where are my tasks?
//!
//! Install [`LiveTasks`] before the runtime starts, and print it whenever it is asked for: at a ctrl-c, in a test that takes too
//! long, behind an address of an HTTP server. `cargo run -p stage5-full --example where_are_my_tasks` is a program that hangs and
//! says where:
//!
//! ```
//! use std::time::Duration;
//!
//! use stage5_full::{Runtime, time, trace::LiveTasks};
//!
//! let tasks = LiveTasks::listen().expect("nobody else listens");
//! let runtime = Runtime::new().unwrap();
//! runtime.spawn(time::sleep(Duration::from_secs(60)));
//! println!("{tasks}");
//! assert_eq!(tasks.list().len(), 1);
//! ```
//!
//! # A run as a page for the browser
//!
//! `trace_page` (feature `program`) runs a function and writes what happened meanwhile: the page of `--trace run.html`, for a
//! program of one's own.
//!
//! # tokio-console
//!
//! [`Console`] gives the events the names and fields that it knows.

#[cfg(feature = "program")]
pub use stage1_green_threads::program::trace_page;
pub use stage1_green_threads::trace::{Console, LiveTask, LiveTasks};
