//! Runs the same workloads on this workspace's runtimes and on their peers, and prints a table.
//!
//! Each measurement is a process of its own (this binary, run anew), so that memory and CPU time are its own and no runtime
//! meets the heap that another left behind. Rounds are interleaved, every peer once per round; the ratio is taken within a
//! round, against the first peer, and the median of the ratios is printed, so that a machine whose speed drifts does not
//! decide.

mod arguments;
mod load;
mod measure;
mod peer;
mod server;
mod table;
mod workload;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;
use workload::{Settings, Workload};

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if let Some([workload, peer]) = arguments.one.as_deref() {
        return one(workload, peer, arguments);
    }
    if let Some([kind, peer]) = arguments.serve.as_deref() {
        return server::serve(kind, peer, arguments.workers as usize);
    }
    for workload in arguments.chosen_workloads()? {
        let peers = arguments.chosen_peers(workload);
        if arguments.list {
            println!(
                "{:<18} {:<36} {}",
                workload.name,
                workload.unit,
                peers.join(", ")
            );
        } else {
            table::run(workload, &peers, arguments)
                .map_err(|error| format!("{}: {error}", workload.name))?;
        }
    }
    Ok(())
}

/// What a child process does: one workload on one peer once. It prints a line `name<tab>value` for each figure.
fn one(workload: &str, peer: &str, arguments: &Arguments) -> Result<(), String> {
    let known = |known: &&Workload| known.name == workload;
    let workload = workload::ALL.iter().find(known).ok_or("no such workload")?;
    let (peer, run) = workload
        .runs
        .iter()
        .find(|(name, _)| *name == peer)
        .ok_or("no such peer")?;
    let settings = Settings {
        peer,
        workers: arguments.workers as usize,
        quick: arguments.quick,
    };
    for (name, value) in run(settings) {
        println!("{name}\t{value}");
    }
    Ok(())
}
