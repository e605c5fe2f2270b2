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
use coroutines::{Corosensei, Stage1};
use std::time::Duration;

pub mod bare_echo;
pub mod channels;
pub mod coroutines;
pub mod echo;
pub mod green_echo;
pub mod guard;
pub mod held_socket;
pub mod hello;
pub mod hyper;
pub mod idle;
pub mod memory;
pub mod spawn;
pub mod timers;
pub mod wake;
pub mod yields;

/// How a workload is to run.
#[derive(Clone, Copy)]
pub struct Settings {
    /// On which peer.
    pub peer: &'static str,
    /// The threads that run tasks, where a runtime lets one choose.
    pub workers: usize,
    /// Only see that it works: a hundredth of the operations, a tenth of the time.
    pub quick: bool,
}

impl Settings {
    /// How many of something to do, when it is so many in a real run.
    pub fn count(&self, full: u64) -> u64 {
        if self.quick { full.div_ceil(100) } else { full }
    }

    /// For how long to do something, when it is so long in a real run.
    pub fn time(&self, full: Duration) -> Duration {
        if self.quick { full / 10 } else { full }
    }
}

/// Runs a workload on one peer.
pub type Run = fn(Settings) -> Figures;

/// A workload and who runs it.
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is measured.
    pub unit: &'static str,
    /// Which figure the table is about; the others are printed beside it.
    pub figure: &'static str,
    /// A program that must be installed for it.
    pub needs: Option<&'static str>,
    /// How many rounds at most: building a program from nothing takes long, and always the same.
    pub rounds: Option<u32>,
    /// The peers, each with the workload on it; the first is the one that the others are compared with.
    pub runs: &'static [(&'static str, Run)],
}

impl Workload {
    const fn new(
        name: &'static str,
        unit: &'static str,
        figure: &'static str,
        runs: &'static [(&'static str, Run)],
    ) -> Self {
        Self {
            name,
            unit,
            figure,
            needs: None,
            rounds: None,
            runs,
        }
    }

    const fn needs(mut self, program: &'static str) -> Self {
        self.needs = Some(program);
        self
    }

    const fn at_most(mut self, rounds: u32) -> Self {
        self.rounds = Some(rounds);
        self
    }
}

/// Every peer.
macro_rules! all {
    ($($run:ident)::+) => {
        &[
            ("tokio", $($run)::+::<MultiThread>),
            ("stage5", $($run)::+::<Stage5>),
            ("smol", $($run)::+::<Smol>),
            ("tokio-current-thread", $($run)::+::<CurrentThread>),
            ("stage4", $($run)::+::<Stage4>),
            ("futures-local", $($run)::+::<FuturesLocal>),
            ("async-local", $($run)::+::<AsyncLocal>),
        ]
    };
}

/// Every peer that has timers and sockets.
macro_rules! full {
    ($($run:ident)::+) => {
        &[
            ("tokio", $($run)::+::<MultiThread>),
            ("stage5", $($run)::+::<Stage5>),
            ("smol", $($run)::+::<Smol>),
            ("tokio-current-thread", $($run)::+::<CurrentThread>),
            ("stage4", $($run)::+::<Stage4>),
        ]
    };
}

/// Every peer that runs tasks on several threads.
macro_rules! multi {
    ($($run:ident)::+) => {
        &[
            ("tokio", $($run)::+::<MultiThread>),
            ("stage5", $($run)::+::<Stage5>),
            ("smol", $($run)::+::<Smol>),
        ]
    };
}

/// These peers.
macro_rules! these {
    ($run:expr, $($peer:literal),+) => {
        &[$(($peer, $run)),+]
    };
}

/// Both kinds of coroutines.
macro_rules! coroutines {
    ($run:ident) => {
        &[
            ("corosensei", coroutines::$run::<Corosensei>),
            ("stage1", coroutines::$run::<Stage1>),
        ]
    };
}

/// Every peer that has an echo server, and what it takes without a runtime.
macro_rules! echo {
    ($run:expr) => {
        these!(
            $run,
            "tokio",
            "stage5",
            "smol",
            "tokio-current-thread",
            "stage4",
            "bare-mio"
        )
    };
}

/// Every workload, in the order of the table.
#[rustfmt::skip]
pub const ALL: &[Workload] = &[
    Workload::new("spawn_join", "ns per task", "ns", all!(spawn::join)),
    Workload::new("spawn_tree", "ns per task", "ns", all!(spawn::tree)),
    Workload::new("spawn_chained", "ns per task", "ns", all!(spawn::chained)),
    Workload::new("yield_many", "ns per yield", "ns", all!(yields::many)),
    Workload::new("yield_alone", "ns per yield", "ns", all!(yields::alone)),
    Workload::new("ping_pong", "ns per pair", "ns", all!(channels::ping_pong)),
    Workload::new("mpsc_one", "ns per message", "ns", all!(channels::mpsc_one)),
    Workload::new("mpsc_many", "ns per message", "ns", all!(channels::mpsc_many)),
    Workload::new("wake_thread", "ns per round trip, median", "ns", all!(wake::round_trip)),
    Workload::new("wake_same_core", "ns per round trip, median", "ns", all!(wake::round_trip_on_one_core)),
    Workload::new("parked_memory", "bytes per task", "bytes", all!(memory::parked)),
    Workload::new("sleeps_100k", "CPU ns per sleep", "cpu ns", full!(timers::sleeps_100k)),
    Workload::new("sleeps_10k", "CPU ns per sleep", "cpu ns", full!(timers::sleeps_10k)),
    Workload::new("timer_cancel", "ns per timer", "ns", full!(timers::cancel_alone)),
    Workload::new("timer_cancel_10k", "ns per timer", "ns", full!(timers::cancel_among_10k)),
    Workload::new("timers_1m", "ns per timer", "ns", full!(timers::a_million)),
    Workload::new("echo_1", "µs per round trip, median", "p50 µs", echo!(echo::closed_1)),
    Workload::new("echo_64", "CPU s per million requests", "cpu s/1M", echo!(echo::closed_64)),
    Workload::new("echo_1000", "CPU s per million requests", "cpu s/1M", echo!(echo::closed_1000)),
    Workload::new("echo_5000", "CPU s per million requests", "cpu s/1M", echo!(echo::closed_5000)),
    Workload::new("echo_20k_per_s", "CPU s per million requests", "cpu s/1M", echo!(echo::fixed_rate)),
    Workload::new("echo_64_calls", "system calls per request", "calls", echo!(echo::system_calls)).needs("strace"),
    Workload::new("guard_idle", "wakeups per second", "wakeups/s", full!(idle::wakeups)),
    Workload::new("guard_burst", "wall time / that of one worker", "share", multi!(guard::burst)),
    Workload::new("guard_pair", "ms of wall time, median", "ms", multi!(guard::pair)),
    Workload::new("guard_queued", "ms until the task starts, median", "ms", multi!(guard::queued)),
    Workload::new("guard_socket", "ms until the reply is read, median", "ms", multi!(held_socket::reply)),
    Workload::new("hyper_64", "requests/s, more is better", "requests/s", these!(hyper::wrk, "tokio", "stage5", "smol", "tokio-current-thread")).needs("wrk"),
    Workload::new("hello_build", "s to build a hello-world", "s", these!(hello::build, "tokio", "stage5", "smol")).at_most(1),
    Workload::new("coroutine_switch", "ns to resume and suspend", "ns", coroutines!(switch_one)),
    Workload::new("coroutine_64", "ns to resume and suspend, 64 in turn", "ns", coroutines!(switch_64)),
    Workload::new("coroutine_create", "ns to make, run and drop", "ns", &[
        ("corosensei", coroutines::create::<Corosensei>),
        ("stage1", coroutines::create::<Stage1>),
        ("corosensei-scoped", coroutines::create_scoped),
    ]),
    Workload::new("coroutine_memory", "bytes per parked coroutine", "bytes", coroutines!(parked)),
    Workload::new("green_echo_64", "requests/s on one thread, more is better", "requests/s", these!(echo::closed_64, "tokio-current-thread", "stage2", "may")),
];
