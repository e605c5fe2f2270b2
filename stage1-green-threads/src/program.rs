//! What the programs of all stages share. It comes after the lesson, and is none of it.
//!
//! # The modules, in reading order
//!
//! - `job`: what a stage is, and what its job is given
//! - `request`, `reply`, `fetch`, `hash`: the job itself, as far as it is the same in each stage
//! - `delay_server`, `server_process`: whom the job talks to
//! - `flags`, `run`: from a command line to the figures of a run
//! - `meter`, `os`, `heap`, `collector`: where the figures come from
//! - `ledger`, `progress`: how they are shown

mod collector;
mod delay_server;
mod fetch;
mod flags;
mod hash;
mod heap;
mod job;
mod ledger;
mod meter;
mod os;
mod progress;
mod reply;
mod request;
mod run;
mod server_process;

mod entry;

pub use delay_server::DelayServer;
pub use entry::{main, main_with_compare};
pub use fetch::{FetchError, fetch};
pub use hash::{checksum, slow_hash};
pub use heap::CountingAllocator;
pub use job::{Job, Outcome, Stage};
pub use ledger::Figures;
pub use reply::{MAX_REPLY, ReplyParser};
pub use request::{Request, plan};
