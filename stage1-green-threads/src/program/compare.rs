//! `--compare`: every stage's job, each in a process of its own, and one table.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::flags::Flags;
use super::job::Stage;
use super::ledger::Figures;
use super::run::Setting;
use super::style::{BOLD, DIM, WASTE, bytes, grouped, in_style};

/// Runs this very program once for each of `stages`, on the same requests and the same server, and
/// shows their ledgers as the rows of a table. Gives whether all requests succeeded everywhere.
pub(crate) fn compare(stages: &[Stage], flags: &Flags, setting: Setting) -> io::Result<bool> {
    let mut out = anstream::stdout();
    let mut ledger: Vec<Figures> = Vec::new();
    if !flags.json {
        head(&mut out, flags, setting)?;
    }
    for stage in stages {
        let figures = run_in_process(stage, flags, setting)?;
        if !flags.json {
            row(&mut out, &figures)?;
        }
        ledger.push(figures);
    }
    if flags.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&ledger)?)?;
    } else {
        remarks(&mut out, stages, &ledger)?;
    }
    Ok(ledger.iter().all(|figures| figures.failed == 0))
}

fn run_in_process(stage: &Stage, flags: &Flags, setting: Setting) -> io::Result<Figures> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--json");
    let values = [
        ("--stage", u64::from(stage.number)),
        ("--requests", flags.requests as u64),
        ("--seed", setting.seed),
        ("--max-delay-ms", flags.max_delay_ms),
        ("--work", flags.work),
        ("--timeout-ms", flags.timeout().as_millis() as u64),
        ("--workers", setting.workers as u64),
    ];
    for (flag, value) in values {
        command.args([flag, &value.to_string()]);
    }
    command.args(["--server", &setting.server.to_string()]);
    // What goes wrong, the process says on stderr, which is ours.
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let status = output.status;
        io::Error::other(format!("stage {} gave no figures ({status})", stage.number))
    })
}

fn head(out: &mut impl Write, flags: &Flags, setting: Setting) -> io::Result<()> {
    let title = format!("{} requests, seed {}", flags.requests, setting.seed);
    writeln!(out, "{}", in_style(BOLD, title))?;
    writeln!(out)?;
    let above = format!("{:<17}{:^22}{:^20}", "", "── fetch ──", "── hash ──");
    let names = format!(
        "{:<17}{:>10}{:>11}{:>10}{:>11}{:>8}{:>12}{:>8}{:>12}",
        "stage",
        "wall ms",
        "CPU ms",
        "wall ms",
        "CPU ms",
        "threads",
        "resumes",
        "waits",
        "per task"
    );
    writeln!(out, "{}", in_style(DIM, above.trim_end()))?;
    writeln!(out, "{}", in_style(DIM, names))
}

fn row(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let unknown = || "unknown".to_owned();
    let cpu = |cpu: Option<f64>| cpu.map_or_else(unknown, |cpu| format!("{cpu:.1}"));
    let line = format!(
        "{:<17}{:>10.1}{:>11}{:>10.1}{:>11}{:>8}{:>12}{:>8}{:>12}",
        format!("{} {}", figures.stage, figures.name),
        figures.fetch_wall_ms,
        cpu(figures.fetch_cpu_ms),
        figures.hash_wall_ms,
        cpu(figures.hash_cpu_ms),
        figures.os_threads.map_or_else(unknown, |n| n.to_string()),
        grouped(figures.resumes),
        grouped(figures.os_waits),
        figures.bytes_per_task.map_or_else(unknown, bytes),
    );
    writeln!(out, "{line}")?;
    out.flush()
}

/// What each stage still wastes, and whether all have computed the same.
fn remarks(out: &mut impl Write, stages: &[Stage], ledger: &[Figures]) -> io::Result<()> {
    writeln!(out)?;
    for (stage, figures) in stages.iter().zip(ledger) {
        let wastes = (stage.wastes)(figures);
        let number = in_style(WASTE, format!("{} wastes", stage.number));
        writeln!(out, "{number}  {wastes}")?;
    }
    writeln!(out)?;
    let first = &ledger[0].checksum;
    if ledger.iter().all(|figures| figures.checksum == *first) {
        writeln!(out, "checksum {first} in every stage")
    } else {
        writeln!(
            out,
            "the checksums differ, as not every request succeeded everywhere"
        )
    }
}
