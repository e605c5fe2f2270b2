//! `main` of every stage's program.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread;

use clap::Parser;

use super::collector::Collector;
use super::delay_server::DelayServer;
use super::flags::Flags;
use super::job::Stage;
use super::os::open_files_limit;
use super::run::{Run, Setting, run};
use super::server_process::{ServerProcess, until_stdin_closes};

/// The program of stages 1 to 4: runs the job in each of `stages`, one after the other.
pub fn main(stages: &[Stage]) -> ExitCode {
    let flags = Flags::parse();
    exit_code(start(&flags, stages, false))
}

/// The program of the last stage: runs the job in the last of `stages`; with `--compare` in all of
/// them, each in a process of its own.
pub fn main_with_compare(stages: &[Stage]) -> ExitCode {
    let flags = Flags::parse();
    let last = stages.len().saturating_sub(1);
    exit_code(start(&flags, &stages[last..], true))
}

fn exit_code(result: io::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(flags: &Flags, stages: &[Stage], many_workers: bool) -> io::Result<bool> {
    if let Some(address) = flags.serve {
        return serve(address, flags.until_stdin_closes);
    }
    check_open_files(flags.requests)?;
    let collector = Collector::install()?;
    let process;
    let server = match flags.server {
        Some(address) => address,
        None => {
            process = ServerProcess::start()?;
            process.address()
        }
    };
    let setting = Setting {
        seed: flags.seed.unwrap_or_else(fresh_seed),
        server,
        workers: workers(flags, many_workers),
    };
    let runs = stages.iter().map(|s| run(s, flags, setting, &collector));
    let runs = runs.collect::<io::Result<Vec<Run>>>()?;
    let figures: Vec<_> = runs.iter().map(|run| &run.figures).collect();
    let json = match &figures[..] {
        [one] => serde_json::to_string_pretty(one),
        all => serde_json::to_string_pretty(all),
    };
    writeln!(io::stdout(), "{}", json?)?;
    for run in &runs {
        report_failures(run);
    }
    Ok(figures.iter().all(|figures| figures.failed == 0))
}

fn report_failures(run: &Run) {
    let figures = &run.figures;
    if let Some((index, error)) = &run.first_failure {
        eprintln!(
            "stage {}: {} of {} requests failed; the first is request {index}: {error}",
            figures.stage, figures.failed, figures.requests
        );
    }
}

/// Each request takes a file descriptor, here and in the server, which inherits our limit.
fn check_open_files(requests: usize) -> io::Result<()> {
    let wanted = requests as u64 + 100;
    match open_files_limit(wanted) {
        Some(limit) if limit < wanted => Err(io::Error::other(format!(
            "{requests} requests take about {wanted} file descriptors, and this system lets a \
             process have {limit}: raise its hard limit (`ulimit -Hn`), or use --requests {}",
            limit.saturating_sub(100).max(1)
        ))),
        _ => Ok(()),
    }
}

fn workers(flags: &Flags, many_workers: bool) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    match (many_workers, flags.workers) {
        (true, chosen) => chosen.unwrap_or(cores),
        (false, _) => 1,
    }
}

/// A number that is easy to type again.
fn fresh_seed() -> u64 {
    RandomState::new().hash_one(0) % 10_000
}

fn serve(address: SocketAddr, until_stdin: bool) -> io::Result<bool> {
    let server = DelayServer::start_at(address)?;
    println!("{}", server.address());
    if until_stdin {
        until_stdin_closes();
        return Ok(true);
    }
    loop {
        thread::park();
    }
}
