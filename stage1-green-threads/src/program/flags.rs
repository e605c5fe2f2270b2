//! The flags, the same in each stage's program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::{CommandFactory, FromArgMatches, Parser};

/// Fetches delayed replies from a delay server, then hashes them, each reply in a task of its own;
/// and shows what that cost.
#[derive(Clone, Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Flags {
    /// How many requests, each a task of its own
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub(crate) requests: usize,

    /// Seed of the random delays and texts [default: a new one each time, shown in the ledger]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// The longest delay of a reply; the shortest is a quarter of it
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pub(crate) max_delay_ms: u64,

    /// CPU work of the hashing, all requests together, in milliseconds of an ordinary core
    #[arg(long, value_name = "MS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(0..=600_000))]
    pub(crate) work: u64,

    /// How long one request may take [default: the longest delay and 10 seconds]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    pub(crate) timeout_ms: Option<u64>,

    /// How many workers run tasks [default: one per core]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=256))]
    pub(crate) workers: Option<usize>,

    /// Run the job in every stage, each in a process of its own, and show one table
    #[arg(long, conflicts_with_all = ["trace", "stage"])]
    pub(crate) compare: bool,

    /// Print the figures as JSON, and nothing else, on stdout
    #[arg(long)]
    pub(crate) json: bool,

    /// Write what happened, as a page for the browser, or as a Chrome trace, which ui.perfetto.dev shows
    #[arg(long, value_name = "FILE.html|FILE.json", value_parser = trace_path)]
    pub(crate) trace: Option<PathBuf>,

    /// Print every live task, where it was spawned and what it waits for, so long after the start
    #[arg(long, value_name = "MS", conflicts_with = "compare", value_parser = clap::value_parser!(u64).range(0..=3_600_000))]
    pub(crate) dump_after: Option<u64>,

    /// Do not draw the timeline
    #[arg(long)]
    pub(crate) no_timeline: bool,

    /// Fetch from this server, instead of starting one
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<SocketAddr>,

    /// Be the delay server, and nothing else, until interrupted
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:0", conflicts_with_all = ["server", "compare", "json", "trace"])]
    pub(crate) serve: Option<SocketAddr>,

    /// With --serve: end when stdin closes
    #[arg(long, hide = true, requires = "serve")]
    pub(crate) until_stdin_closes: bool,

    /// Run the job in this stage instead
    #[arg(long, hide = true, value_name = "N")]
    pub(crate) stage: Option<u8>,
}

impl Flags {
    /// Reads the command line. `many` says whether the program knows `--workers` and `--compare`.
    ///
    /// # Errors
    ///
    /// Also where `--help` or `--version` is asked for: the error holds the text.
    pub(crate) fn read(many: bool) -> Result<Self, clap::Error> {
        let mut command = Flags::command();
        if !many {
            for flag in ["workers", "compare"] {
                command = command.mut_arg(flag, |arg| arg.hide(true));
            }
        }
        let matches = command.clone().try_get_matches()?;
        let flags = Flags::from_arg_matches(&matches)?;
        if !many && (flags.workers.is_some() || flags.compare) {
            let why = "only the last stage has --workers and --compare";
            return Err(command.error(clap::error::ErrorKind::ArgumentConflict, why));
        }
        Ok(flags)
    }

    /// Whether a timeline is to be drawn at the end.
    pub(crate) fn draws_timeline(&self) -> bool {
        !self.no_timeline && !self.json && self.requests <= 10_000
    }

    pub(crate) fn dump_after(&self) -> Option<Duration> {
        self.dump_after.map(Duration::from_millis)
    }

    pub(crate) fn max_delay(&self) -> Duration {
        Duration::from_millis(self.max_delay_ms)
    }

    pub(crate) fn timeout(&self) -> Duration {
        match self.timeout_ms {
            Some(timeout) => Duration::from_millis(timeout),
            None => self.max_delay() + Duration::from_secs(10),
        }
    }
}

fn trace_path(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    match path.extension() {
        Some(extension) if extension == "html" || extension == "json" => Ok(path),
        _ => Err("give it a name that ends in .html or .json".into()),
    }
}
