//! The ledger in the terminal: the same form in every stage.

use std::io::{self, Write};

use super::job::Stage;
use super::ledger::Figures;
use super::style::{BOLD, DIM, GOOD, WASTE, bytes, grouped, in_style};

/// Where the figures end and the words begin.
const FIGURES: usize = 34;

/// Prints what a run was, before it starts.
pub(crate) fn announce(
    out: &mut impl Write,
    stage: &Stage,
    requests: usize,
    seed: u64,
) -> io::Result<()> {
    let title = format!("stage {} · {}", stage.number, stage.name);
    let rule = "─".repeat(76usize.saturating_sub(title.chars().count()));
    writeln!(out, "{} {}", in_style(BOLD, title), in_style(DIM, rule))?;
    writeln!(out, "  {requests} requests, seed {seed}")?;
    writeln!(out, "  a task waits {}", stage.waits)?;
    writeln!(out)
}

/// Prints the ledger of a run.
pub(crate) fn ledger(out: &mut impl Write, stage: &Stage, figures: &Figures) -> io::Result<()> {
    let head = format!("{:>22}{:>12}{:>12}", "wall", "CPU", "of a core");
    writeln!(out, "  {}", in_style(DIM, head))?;
    phase(out, "fetch", figures.fetch_wall_ms, figures.fetch_cpu_ms)?;
    phase(out, "hash", figures.hash_wall_ms, figures.hash_cpu_ms)?;
    writeln!(out)?;
    counts(out, figures)?;
    memory(out, figures)?;
    replies(out, figures)?;
    writeln!(out)?;
    let saves = (stage.saves)(figures);
    let wastes = (stage.wastes)(figures);
    writeln!(out, "  {}   {saves}", in_style(GOOD, "saves "))?;
    writeln!(out, "  {}   {wastes}", in_style(WASTE, "wastes"))
}

fn phase(out: &mut impl Write, name: &str, wall: f64, cpu: Option<f64>) -> io::Result<()> {
    let (cpu, load) = match cpu {
        Some(cpu) => (
            format!("{cpu:.1} ms"),
            format!("{:.1} %", 100.0 * cpu / wall.max(0.001)),
        ),
        None => ("unknown".into(), "unknown".into()),
    };
    let wall = format!("{wall:.1} ms");
    writeln!(out, "  {name:<6}{wall:>16}{cpu:>12}{load:>12}")
}

/// One line: what, how much, and a remark.
fn line(out: &mut impl Write, what: &str, figure: &str, remark: &str) -> io::Result<()> {
    let width = FIGURES - what.chars().count();
    let line = format!("  {what}{figure:>width$}   {remark}");
    writeln!(out, "{}", line.trim_end())
}

fn counts(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let each = figures.resumes as f64 / figures.requests as f64;
    let each = match each {
        ..100.0 => format!("{each:.1} for each request"),
        _ => format!("{} for each request", grouped(each as u64)),
    };
    line(out, "tasks resumed", &grouped(figures.resumes), &each)?;
    line(out, "tasks woken", &grouped(figures.wakes), "")?;
    line(out, "waits in the OS", &grouped(figures.os_waits), "")
}

fn memory(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let threads = figures.os_threads.map(|threads| grouped(threads as u64));
    line(
        out,
        "OS threads",
        &or_unknown(threads),
        "when all tasks wait",
    )?;
    let touched = match (
        figures.stack_reserved_per_task,
        figures.stack_touched_per_task,
    ) {
        (0, _) => "a task has none of its own".into(),
        (_, Some(touched)) => format!("reserved; {} of it touched", bytes(touched)),
        (_, None) => "reserved".into(),
    };
    let reserved = bytes(figures.stack_reserved_per_task);
    line(out, "stack for each task", &reserved, &touched)?;
    let heap = or_unknown(figures.heap_per_task.map(bytes));
    line(out, "heap for each task", &heap, "")
}

fn replies(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let replies = grouped((figures.requests - figures.failed) as u64);
    let checksum = format!("checksum {}", figures.checksum);
    match figures.failed {
        0 => line(out, "replies", &replies, &checksum),
        failed => line(
            out,
            "replies",
            &replies,
            &format!("{failed} failed; {checksum}"),
        ),
    }
}

fn or_unknown(figure: Option<String>) -> String {
    figure.unwrap_or_else(|| "unknown".into())
}
