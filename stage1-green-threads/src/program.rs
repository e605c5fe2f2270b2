//! What the programs of all stages share. It comes after the lesson, and is none of it.
//!
//! # The modules, in reading order
//!
//! - `job`: what a stage is, and what its job is given
//! - `request`, `reply`, `fetch`, `hash`: the job itself, as far as it is the same in each stage
//! - `delay_server`, `server_process`: whom the job talks to
//! - `entry`, `flags`, `run`, `compare`: from a command line to the figures of a run
//! - `meter`, `os`, `heap`, `ledger`: where the figures come from
//! - `collector`, `dump`, `recorder`, `history`: from events to counts, to where all tasks are, and to what can be drawn
//! - `report`, `timeline`, `progress`, `style`: how it is shown in the terminal
//! - `trace_file`; `story`, `lint`, `page`: how it is shown elsewhere: in Perfetto, in a browser

mod job;

mod request;

mod reply;

mod fetch;

mod hash;

mod delay_server;

mod server_process;

mod entry;

mod flags;

mod run;

mod compare;

mod meter;

mod os;

mod heap;

mod ledger;

use crate::trace::happening;

mod collector;

mod dump;

mod recorder;

mod history;

mod report;

mod timeline;

mod story;

mod lint;

mod trace_file;

mod page;

mod progress;

mod style;

pub use delay_server::DelayServer;
pub use entry::{main, main_with_compare};
pub use fetch::{FetchError, fetch};
pub(crate) use happening::{Happening, Word};
pub use hash::{checksum, slow_hash};
pub use heap::CountingAllocator;
pub use job::{Job, Outcome, Stage};
pub use ledger::Figures;
pub use page::trace_page;
pub use reply::{MAX_REPLY, ReplyParser};
pub use request::{Request, plan};
pub use style::{bytes, grouped};
