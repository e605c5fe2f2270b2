//! Runs the same workloads on this workspace's runtimes and on their peers, and prints a table.
//!
//! Each measurement is a process of its own (this binary, run anew), so that memory and CPU time are its own and no runtime
//! meets the heap that another left behind. Rounds are interleaved, every peer once per round; the ratio is taken within a
//! round, against the first peer, and the median of the ratios is printed, so that a machine whose speed drifts does not
//! decide.

mod measure;
mod peer;
mod table;
mod workload;

use clap::Parser;
use std::process::ExitCode;
use workload::{Settings, Workload};

/// Compare this workspace's runtimes with their peers.
#[derive(Parser)]
#[command(bin_name = "cargo peers", about, long_about = None)]
struct Arguments {
    /// The workloads to run, by a part of their names; all of them without any.
    workloads: Vec<String>,
    /// Only these peers, by a part of their names; the one to compare with always runs.
    #[arg(long = "peer", value_name = "PEER")]
    peers: Vec<String>,
    /// How many interleaved rounds.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How many threads run tasks, where a runtime lets one choose.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    workers: u32,
    /// Only see that everything works: a hundredth of the operations.
    #[arg(long)]
    quick: bool,
    /// Only list the workloads and who runs them.
    #[arg(long)]
    list: bool,
    /// Measure one workload on one peer once, and print the figures: what the table is made of.
    #[arg(long, hide = true, num_args = 2)]
    one: Option<Vec<String>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let settings = Settings {
        workers: arguments.workers as usize,
        quick: arguments.quick,
    };
    if let Some([workload, peer]) = arguments.one.as_deref() {
        let workload = workload::ALL.iter().find(|known| known.name == workload);
        let workload = workload.ok_or("no such workload")?;
        return Ok(measure::one(workload, peer, settings));
    }
    for workload in choose(&arguments.workloads)? {
        let peers = choose_peers(workload, &arguments.peers);
        if arguments.list {
            println!(
                "{:<18} {:<36} {}",
                workload.name,
                workload.unit,
                peers.join(", ")
            );
        } else {
            table::run(workload, &peers, arguments.rounds, settings)
                .map_err(|error| format!("{}: {error}", workload.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The workloads with one of these parts in their names.
fn choose(parts: &[String]) -> Result<Vec<&'static Workload>, String> {
    let has = |workload: &&Workload, part: &String| workload.name.contains(part.as_str());
    if let Some(part) = parts
        .iter()
        .find(|part| !workload::ALL.iter().any(|w| has(&w, part)))
    {
        let names: Vec<_> = workload::ALL.iter().map(|workload| workload.name).collect();
        return Err(format!(
            "no workload is called {part:?}; there are {}",
            names.join(", ")
        ));
    }
    let chosen = workload::ALL
        .iter()
        .filter(|w| parts.is_empty() || parts.iter().any(|p| has(w, p)));
    Ok(chosen.collect())
}

/// The peers of a workload with one of these parts in their names, and always the first.
fn choose_peers(workload: &Workload, parts: &[String]) -> Vec<&'static str> {
    let names = workload.runs.iter().map(|(peer, _)| *peer).enumerate();
    let chosen = names.filter(|(index, peer)| {
        *index == 0 || parts.is_empty() || parts.iter().any(|part| peer.contains(part.as_str()))
    });
    chosen.map(|(_, peer)| peer).collect()
}
