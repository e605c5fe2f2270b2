//! The table, as text for a terminal or as Markdown.

use crate::rounds::{Row, Spread};
use crate::workload::Workload;
use std::fs;
use std::process::Command;

/// A block for each workload, a line for each peer: its own figure at length, the others beside it.
pub fn print_text(workload: &Workload, peers: &[&str], rows: &[Row]) {
    let rounds = rows[0].values[0].len();
    println!("\n{}: {}, {rounds} rounds", workload.name, workload.unit);
    let base = format!("× {}", peers[0]);
    println!(
        "{:<21} {:>9} {:>17} {base:<21} beside it (× {})",
        "", "median", "min–max", peers[0]
    );
    for (index, peer) in peers.iter().enumerate() {
        let ratio = |row: &Row| Spread::of_ratios(&row.values[index], &row.values[0]);
        let own = Spread::of(rows[0].values[index].iter().copied());
        let range = format!("{}–{}", short(own.least), short(own.most));
        let ratios = ratio(&rows[0]).map_or("–".to_owned(), |ratio| {
            format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.least, ratio.most)
        });
        let beside = rows[1..].iter().map(|row| {
            let median = short(Spread::of(row.values[index].iter().copied()).median);
            let ratio = ratio(row).map_or("–".to_owned(), |ratio| format!("{:.2}", ratio.median));
            format!("{} {median} ({ratio})", row.figure)
        });
        let beside = beside.collect::<Vec<_>>().join(", ");
        println!(
            "{peer:<21} {:>9} {range:>17} {ratios:<21} {beside}",
            short(own.median)
        );
    }
}

/// A row for each figure, a column for each peer; a new table where other peers run.
pub struct Markdown {
    columns: Vec<&'static str>,
}

impl Markdown {
    /// Says on what machine and when.
    pub fn begin(workers: u32) -> Self {
        println!(
            "Medians (least–most), and × how often the first column's figure of the same round."
        );
        println!("{workers} workers. {}", machine());
        Self {
            columns: Vec::new(),
        }
    }

    /// The rows of a workload.
    pub fn print(&mut self, workload: &Workload, peers: &[&'static str], rows: &[Row]) {
        if self.columns != peers {
            self.columns = peers.to_vec();
            println!("\n| workload | | {} |", peers.join(" | "));
            println!("|---|---{}|", "|---".repeat(peers.len()));
        }
        for (number, row) in rows.iter().enumerate() {
            let (name, unit) = match number {
                0 => (workload.name, workload.unit),
                _ => ("", row.figure.as_str()),
            };
            let cells = row.values.iter().map(|values| cell(values, &row.values[0]));
            println!(
                "| {name} | {unit} | {} |",
                cells.collect::<Vec<_>>().join(" | ")
            );
        }
    }
}

fn cell(values: &[f64], base: &[f64]) -> String {
    let own = Spread::of(values.iter().copied());
    let range = format!(
        "{} ({}–{})",
        short(own.median),
        short(own.least),
        short(own.most)
    );
    match Spread::of_ratios(values, base) {
        Some(ratio) => format!("{range} ×{:.2}", ratio.median),
        None => range,
    }
}

/// The processor, the kernel, the compiler and the date, as far as they are known.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let say = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output();
        output.map_or(String::new(), |output| {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        })
    };
    let cpu_info = read("/proc/cpuinfo");
    let model = cpu_info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let (rustc, date) = (say("rustc", "--version"), say("date", "+%Y-%m-%d"));
    format!(
        "{model}, {cores} cores, Linux {}, {rustc}, {date}.",
        kernel.trim()
    )
}

fn short(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
