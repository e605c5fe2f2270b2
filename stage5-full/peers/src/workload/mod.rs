//! The workloads, each written once against [`Peer`](crate::peer::Peer), and which peers run them.

use crate::measure::Figures;
use crate::peer::{
    async_executor::AsyncLocal,
    local_pool::FuturesLocal,
    smol::Smol,
    stage4::Stage4,
    stage5::Stage5,
    tokio::{CurrentThread, MultiThread},
};

pub mod channels;
pub mod guard;
pub mod held_socket;
pub mod idle;
pub mod memory;
pub mod spawn;
pub mod timers;
pub mod wake;
pub mod yields;

/// How a workload is to run.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The threads that run tasks, where a runtime lets one choose.
    pub workers: usize,
    /// Only see that it works: a hundredth of the operations.
    pub quick: bool,
}

impl Settings {
    /// How many of something to do, when it is so many in a real run.
    pub fn count(&self, full: u64) -> u64 {
        if self.quick { full.div_ceil(100) } else { full }
    }
}

/// Runs a workload on one peer.
pub type Run = fn(Settings) -> Figures;

/// A workload and who runs it; the first is the one that the others are compared with.
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is measured.
    pub unit: &'static str,
    /// Which figure the table is about; the others are printed beside it.
    pub figure: &'static str,
    /// The peers, each with the workload on it.
    pub runs: &'static [(&'static str, Run)],
}

/// A row for every peer.
macro_rules! on_all {
    ($name:literal, $unit:literal, $figure:literal, $($run:ident)::+) => {
        Workload {
            name: $name,
            unit: $unit,
            figure: $figure,
            runs: &[
                ("tokio", $($run)::+::<MultiThread>),
                ("stage5", $($run)::+::<Stage5>),
                ("smol", $($run)::+::<Smol>),
                ("tokio-current-thread", $($run)::+::<CurrentThread>),
                ("stage4", $($run)::+::<Stage4>),
                ("futures-local", $($run)::+::<FuturesLocal>),
                ("async-local", $($run)::+::<AsyncLocal>),
            ],
        }
    };
}

/// A row for every peer that has timers and sockets.
macro_rules! on_full {
    ($name:literal, $unit:literal, $figure:literal, $($run:ident)::+) => {
        Workload {
            name: $name,
            unit: $unit,
            figure: $figure,
            runs: &[
                ("tokio", $($run)::+::<MultiThread>),
                ("stage5", $($run)::+::<Stage5>),
                ("smol", $($run)::+::<Smol>),
                ("tokio-current-thread", $($run)::+::<CurrentThread>),
                ("stage4", $($run)::+::<Stage4>),
            ],
        }
    };
}

/// A row for every peer with several threads.
macro_rules! on_multi {
    ($name:literal, $unit:literal, $figure:literal, $($run:ident)::+) => {
        Workload {
            name: $name,
            unit: $unit,
            figure: $figure,
            runs: &[
                ("tokio", $($run)::+::<MultiThread>),
                ("stage5", $($run)::+::<Stage5>),
                ("smol", $($run)::+::<Smol>),
            ],
        }
    };
}

/// Every workload, in the order of the table.
pub const ALL: &[Workload] = &[
    on_all!("spawn_join", "ns per task", "ns", spawn::join),
    on_all!("spawn_tree", "ns per task", "ns", spawn::tree),
    on_all!("spawn_chained", "ns per task", "ns", spawn::chained),
    on_all!("yield_many", "ns per yield", "ns", yields::many),
    on_all!("yield_alone", "ns per yield", "ns", yields::alone),
    on_all!("ping_pong", "ns per pair", "ns", channels::ping_pong),
    on_all!("mpsc_one", "ns per message", "ns", channels::mpsc_one),
    on_all!("mpsc_many", "ns per message", "ns", channels::mpsc_many),
    on_all!(
        "wake_thread",
        "ns per round trip, median",
        "ns",
        wake::round_trip
    ),
    on_full!(
        "sleeps_100k",
        "CPU ns per sleep",
        "cpu ns",
        timers::sleeps_100k
    ),
    on_full!(
        "sleeps_10k",
        "CPU ns per sleep",
        "cpu ns",
        timers::sleeps_10k
    ),
    on_full!("timer_cancel", "ns per timer", "ns", timers::cancel_alone),
    on_full!(
        "timer_cancel_10k",
        "ns per timer",
        "ns",
        timers::cancel_among_10k
    ),
    on_full!("timers_1m", "ns per timer", "ns", timers::a_million),
    on_all!("parked_memory", "bytes per task", "bytes", memory::parked),
    on_multi!(
        "guard_burst",
        "wall time / that of one worker",
        "share",
        guard::burst
    ),
    on_multi!("guard_pair", "ms of wall time, median", "ms", guard::pair),
    on_multi!(
        "guard_queued",
        "ms until the task starts, median",
        "ms",
        guard::queued
    ),
    on_multi!(
        "guard_socket",
        "ms until the reply is read, median",
        "ms",
        held_socket::reply
    ),
    on_full!(
        "guard_idle",
        "wakeups per second",
        "wakeups/s",
        idle::wakeups
    ),
];
