//! Runs the same workloads on this workspace's stages and on their peers, and prints a table. How it measures, and what to keep
//! in mind when reading the table, stands in README.md.
//!
//! ```text
//!   cargo peers              this program                 this program again, as a child
//!   arguments ─► main ─► rounds ─── --one WORKLOAD PEER ──► workload::… on peer::…
//!                          │ figures ◄──────────────────────┘ │ load
//!                          ▼                                  ▼
//!                        table                              server, a child of the child (--serve)
//! ```

mod arguments;
mod load;
mod measure;
mod peer;
mod rounds;
mod server;
mod table;
mod workload;

use arguments::Arguments;
use clap::Parser;
use std::process::{Command, ExitCode};
use table::Markdown;
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
    let workloads = arguments.chosen_workloads()?;
    if !arguments.list {
        return compare(&workloads, arguments);
    }
    for workload in workloads {
        let peers = arguments.chosen_peers(workload).join(", ");
        println!("{:<18} {:<40} {peers}", workload.name, workload.unit);
    }
    Ok(())
}

/// Runs the workloads, one after the other, and prints what came out as soon as it is there.
fn compare(workloads: &[&Workload], arguments: &Arguments) -> Result<(), String> {
    let mut markdown = arguments
        .markdown
        .then(|| Markdown::begin(arguments.workers));
    let mut failed = Vec::new();
    for workload in workloads {
        if let Some(tool) = workload.needs.filter(|tool| !is_installed(tool)) {
            eprintln!("{}: left out, as there is no {tool} here", workload.name);
            continue;
        }
        let peers = arguments.chosen_peers(workload);
        match rounds::run(workload, &peers, arguments) {
            Ok(rows) => match &mut markdown {
                Some(markdown) => markdown.print(workload, &peers, &rows),
                None => table::print_text(workload, &peers, &rows),
            },
            // The others are still worth their time.
            Err(error) => {
                eprintln!("error: {}: {error}", workload.name);
                failed.push(workload.name);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("no figures for {}", failed.join(", ")))
}

/// Can it be started, whatever it then says?
fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
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
