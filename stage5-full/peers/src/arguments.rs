//! The command line.

use crate::workload::{self, Workload};
use clap::Parser;

/// Compare this workspace's runtimes with their peers.
#[derive(Parser)]
#[command(bin_name = "cargo peers", about, long_about = None)]
pub struct Arguments {
    /// The workloads to run, by their names or parts of them; all of them without any.
    workloads: Vec<String>,
    /// Only these peers, by a part of their names; the one to compare with always runs.
    #[arg(long = "peer", value_name = "PEER")]
    peers: Vec<String>,
    /// How many interleaved rounds.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// How many threads run tasks, where a runtime lets one choose.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub workers: u32,
    /// Only see that everything works: a hundredth of the operations, a tenth of the time.
    #[arg(long)]
    pub quick: bool,
    /// Print the table as Markdown, with the machine and the date.
    #[arg(long)]
    pub markdown: bool,
    /// Only list the workloads and who runs them.
    #[arg(long)]
    pub list: bool,
    /// Measure one workload on one peer once, and print the figures: what the table is made of.
    #[arg(long, hide = true, num_args = 2, value_names = ["WORKLOAD", "PEER"])]
    pub one: Option<Vec<String>>,
    /// Be the server of a measurement.
    #[arg(long, hide = true, num_args = 2, value_names = ["KIND", "PEER"])]
    pub serve: Option<Vec<String>>,
}

impl Arguments {
    /// The workloads with one of the given names, or of the given parts in their names.
    pub fn chosen_workloads(&self) -> Result<Vec<&'static Workload>, String> {
        let all = || workload::ALL.iter();
        if self.workloads.is_empty() {
            let quick = |workload: &&Workload| !(self.quick && workload.rounds.is_some());
            return Ok(all().filter(quick).collect());
        }
        let means = |workload: &Workload, word: &str| match all().any(|known| known.name == word) {
            true => workload.name == word,
            false => workload.name.contains(word),
        };
        let unknown = |word: &&String| !all().any(|workload| means(workload, word));
        if let Some(word) = self.workloads.iter().find(unknown) {
            let names: Vec<_> = all().map(|workload| workload.name).collect();
            let names = names.join(", ");
            return Err(format!("no workload is called {word:?}; there are {names}"));
        }
        let chosen = |workload: &&Workload| self.workloads.iter().any(|word| means(workload, word));
        Ok(all().filter(chosen).collect())
    }

    /// The peers of a workload with one of the given parts in their names, and always the first.
    pub fn chosen_peers(&self, workload: &Workload) -> Vec<&'static str> {
        let chosen = |(index, peer): &(usize, &'static str)| {
            *index == 0
                || self.peers.is_empty()
                || self.peers.iter().any(|part| peer.contains(part.as_str()))
        };
        let peers = workload.runs.iter().map(|(peer, _)| *peer);
        peers
            .enumerate()
            .filter(chosen)
            .map(|(_, peer)| peer)
            .collect()
    }
}
