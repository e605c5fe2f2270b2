//! `main` of every stage's program.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use super::collector::Collector;
use super::compare;
use super::delay_server::DelayServer;
use super::flags::Flags;
use super::job::Stage;
use super::os::open_files_limit;
use super::page::{self, Title};
use super::report;
use super::run::{Run, Setting, run};
use super::server_process::{ServerProcess, until_stdin_closes};
use super::{timeline, trace_file};
use crate::trace::LiveTasks;

/// The program of stages 1 to 4: runs the job in each of `stages`, one after the other.
pub fn main(stages: &[Stage]) -> ExitCode {
    begin(stages, false)
}

/// The program of the last stage: runs the job in the last of `stages`; with `--compare` in all of
/// them, each in a process of its own.
pub fn main_with_compare(stages: &[Stage]) -> ExitCode {
    begin(stages, true)
}

/// Exits with 0 if all went well, 1 if something failed, 2 if the command line makes no sense.
fn begin(stages: &[Stage], many: bool) -> ExitCode {
    let flags = match Flags::read(many) {
        Ok(flags) => flags,
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            let text = error.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            eprintln!("{line} (--help shows all flags)");
            return ExitCode::from(2);
        }
    };
    match start(&flags, stages, many) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Who reads our output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(flags: &Flags, stages: &[Stage], many: bool) -> io::Result<bool> {
    check_open_files(flags.requests)?;
    if let Some(address) = flags.serve {
        return serve(address, flags.until_stdin_closes);
    }
    let trace = flags.trace.as_deref().map(create).transpose()?;
    let process;
    let server = match flags.server {
        Some(address) => address,
        None => {
            process = ServerProcess::start()
                .map_err(|error| explain("cannot start the delay server", &error))?;
            process.address()
        }
    };
    let setting = Setting {
        seed: flags.seed.unwrap_or_else(fresh_seed),
        server,
        workers: workers(flags, many),
    };
    if flags.compare {
        return compare::compare(stages, flags, setting);
    }
    let stages = match (flags.stage, many) {
        (Some(number), _) => choose(stages, number)?,
        (None, true) => &stages[stages.len().saturating_sub(1)..],
        (None, false) => stages,
    };
    let runs = run_all(stages, flags, setting)?;
    if let (Some(file), Some(path)) = (trace, &flags.trace) {
        save_trace(file, path, &runs)?;
    }
    for run in &runs {
        report_failures(run);
    }
    Ok(runs.iter().all(|run| run.figures.failed == 0))
}

/// Runs the stages, and shows each run as soon as it is over.
fn run_all(stages: &[Stage], flags: &Flags, setting: Setting) -> io::Result<Vec<Run>> {
    let live = flags.dump_after().map(|_| LiveTasks::new());
    let collector = Collector::install(live)?;
    let mut runs = Vec::new();
    let mut out = anstream::stdout();
    for stage in stages {
        if !flags.json {
            report::announce(&mut out, stage, flags.requests, setting.seed)?;
        }
        let run = run(stage, flags, setting, &collector)
            .map_err(|error| explain(&format!("stage {} cannot go on", stage.number), &error))?;
        if !flags.json {
            report::ledger(&mut out, stage, &run.figures)?;
            if flags.draws_timeline()
                && let Some(history) = &run.history
            {
                writeln!(out)?;
                timeline::draw(&mut out, history, &run.figures)?;
            }
            writeln!(out)?;
        }
        runs.push(run);
    }
    if flags.json {
        let figures: Vec<_> = runs.iter().map(|run| &run.figures).collect();
        let json = match &figures[..] {
            [one] => serde_json::to_string_pretty(one),
            all => serde_json::to_string_pretty(all),
        };
        writeln!(out, "{}", json?)?;
    }
    Ok(runs)
}

fn choose(stages: &[Stage], number: u8) -> io::Result<&[Stage]> {
    let index = stages.iter().position(|stage| stage.number == number);
    let index = index.ok_or_else(|| io::Error::other(format!("no stage {number} is in here")))?;
    Ok(&stages[index..=index])
}

/// Creates the trace file before the run: a name that cannot be written to costs no run.
fn create(path: &Path) -> io::Result<File> {
    let what = format!("cannot write the trace file {}", path.display());
    File::create(path).map_err(|error| explain(&what, &error))
}

/// Writes the trace file, and says what shows it; on stderr, so that `--json` stays JSON.
fn save_trace(file: File, path: &Path, runs: &[Run]) -> io::Result<()> {
    write_trace(file, path, runs)
        .map_err(|error| explain("cannot write the trace file", &error))?;
    let viewer = match is_json(path) {
        true => "https://ui.perfetto.dev shows it",
        false => "open it in a browser",
    };
    eprintln!("The run is in {}: {viewer}.", path.display());
    Ok(())
}

/// Writes the runs in the form that the file's name asks for.
fn write_trace(file: File, path: &Path, runs: &[Run]) -> io::Result<()> {
    let out = BufWriter::new(file);
    let titled = runs.iter().filter_map(|run| {
        let title = Title::of(&run.figures, run.waits);
        Some((title, run.history.as_ref()?))
    });
    if is_json(path) {
        return trace_file::write(out, titled);
    }
    page::write(out, titled)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|form| form == "json")
}

fn explain(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
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
    let what = format!("cannot serve at {address}");
    let server = DelayServer::start_at(address).map_err(|error| explain(&what, &error))?;
    let address = server.address();
    if until_stdin {
        writeln!(io::stdout(), "{address}")?;
        until_stdin_closes();
        return Ok(true);
    }
    writeln!(
        io::stdout(),
        "the delay server listens: try `curl http://{address}/500/tea`; Ctrl-C ends it"
    )?;
    loop {
        thread::park();
    }
}
